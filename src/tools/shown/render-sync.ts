import type { z } from 'zod';
import type { syncAnswer } from '../schemas/sync-schema.ts';
import { toPlainText } from './text-layout.ts';

type SyncAnswer = z.output<typeof syncAnswer>;

const MOST_PROBLEMS_SHOWN = 10;

export function renderSync(answer: SyncAnswer): string {
  const lines = [
    ...answer.warnings.map((warning) => `Note: ${warning}`),
    toVerdict(answer),
    ...toProblemLines(answer),
    toWatermarkLine(answer),
  ];
  return lines.map(toPlainText).join('\n');
}

function toVerdict(answer: SyncAnswer): string {
  const { found, archived, skipped, indexed, deleted, total, duration_ms } = answer;
  const seconds = `${(duration_ms / 1000).toFixed(1)} s`;
  const left =
    deleted === 0
      ? ''
      : ` ${count(deleted)} left, because NCBI deleted or merged ${deleted === 1 ? 'it' : 'them'}.`;
  if (total === 0) return `Nothing in PubMed matches.${left} ${seconds}`;
  if (found === 0) return `Nothing new.${left} ${seconds}`;
  if (skipped === found) {
    const all = found === 1 ? 'The one record was' : `All ${count(found)} records were`;
    return `${all} here already and skipped.${left} ${seconds}`;
  }
  const pieces = [`${count(archived)} archived`, `${count(indexed)} made searchable`];
  if (skipped > 0) pieces.push(`${count(skipped)} skipped (here already)`);
  return `${count(found)} ${found === 1 ? 'record' : 'records'}: ${pieces.join(', ')}.${left} ${seconds}`;
}

function toProblemLines({ failed, problems }: SyncAnswer): string[] {
  if (failed === 0) return [];
  const shown = problems
    .slice(0, MOST_PROBLEMS_SHOWN)
    .map(({ pmid, reason }) => `  ${pmid === null ? 'a record' : `PMID ${pmid}`}: ${reason}`);
  const more = problems.length > MOST_PROBLEMS_SHOWN ? ['  … and more: the manifest has them all'] : [];
  return [`${count(failed)} failed:`, ...shown, ...more];
}

function toWatermarkLine({ watermark, truncated, term }: SyncAnswer): string {
  if (truncated) return `The limit cut it short; run it without a limit to have all of: ${term}`;
  return watermark === null ? 'No watermark is set.' : `Complete up to ${watermark}.`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
