import { randomUUID } from 'node:crypto';
import type { Archive } from '../archive/archive.ts';
import { type CopyReport, copyArchive } from '../archive/copy-archive.ts';
import type { KeySpace } from '../domain/corpus/archive-key.ts';
import { writeState } from '../ingest/write-state.ts';
import { toPlainJson, toPlainText } from '../tools/shown/text-layout.ts';
import type { CorpusServices } from '../tools/tool-context.ts';
import type { Output } from './output.ts';
import { ReportedError } from './reported-error.ts';

export interface CopyOptions {
  json: boolean;
  keys: KeySpace;
  to: { archive: Archive; prefix: string };
  stdout: Output;
  stderr: Output;
  signal: AbortSignal;
}

const MOST_SHOWN = 50;
const LINE_EVERY_MS = 5_000;

/**
 * Writes down in `state/` what it does not say yet, copies the archive, tells of it; throws where
 * something is missing.
 */
export async function runCopy(services: CorpusServices, options: CopyOptions): Promise<void> {
  const { archive, store, clock } = services;
  const { json, keys, to, stdout, stderr, signal } = options;
  await store.withPublishLock(
    () => writeState({ store, archive, keys, clock }, { jobId: randomUUID() }, [], { signal }),
    { signal },
  );
  let toldAt = performance.now();
  const report = await copyArchive(
    {
      from: { archive, prefix: keys.prefix },
      to,
      onProgress: ({ copied, unchanged }) => {
        if (performance.now() - toldAt < LINE_EVERY_MS) return;
        toldAt = performance.now();
        stderr.write(`  ${toNumber(copied)} copied, ${toNumber(unchanged)} there already\n`);
      },
    },
    { signal },
  );
  stdout.write(
    json
      ? `${toPlainJson(report, 2)}\n`
      : `${toPlainText(render(report, `${to.archive.root}${to.prefix}/`))}\n`,
  );
  if (report.problemCount > 0) throw new ReportedError('the copy lacks what the archive lacks');
}

function render({ copied, unchanged, stateLogs, problems, problemCount }: CopyReport, place: string): string {
  const lines = [
    `${toNumber(copied)} objects copied to ${place} and read back, ${toNumber(unchanged)} were there already; ${toNumber(stateLogs)} new logs of state/.`,
    ...problems.slice(0, MOST_SHOWN).map((problem) => `  ${problem}`),
  ];
  if (problemCount > MOST_SHOWN) lines.push(`  … and ${toNumber(problemCount - MOST_SHOWN)} more`);
  lines.push(
    problemCount === 0
      ? 'With the settings of the copy, `bio-mcp reindex` builds the same corpus from it.'
      : 'What is damaged or missing was not copied: load its records again, then copy again.',
  );
  return lines.join('\n');
}

function toNumber(count: number): string {
  return count.toLocaleString('en');
}
