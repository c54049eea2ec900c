import type { ReindexAnswer } from '../corpus-reindex.ts';
import { toPlainText } from './text-layout.ts';

const MOST_PROBLEMS_SHOWN = 10;

export function renderReindex({ documents, embedder, failed, problems, duration_ms }: ReindexAnswer): string {
  const seconds = (duration_ms / 1000).toFixed(1);
  const lines = [
    `${count(documents)} documents are built anew, with vectors by ${embedder}. Took ${seconds} s.`,
  ];
  if (problems.length > 0) lines.push(`${count(Math.max(failed, problems.length))} things went wrong:`);
  for (const { pmid, reason } of problems.slice(0, MOST_PROBLEMS_SHOWN)) {
    lines.push(`  ${pmid === null ? '' : `PMID ${pmid}: `}${reason}`);
  }
  if (problems.length > MOST_PROBLEMS_SHOWN) lines.push('  … and more: see the manifest of the run');
  return lines.map(toPlainText).join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en');
}
