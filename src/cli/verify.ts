import { type Finding, type VerifyReport, verifyArchive } from '../archive/verify-archive.ts';
import { toPlainJson, toPlainText } from '../tools/shown/text-layout.ts';
import type { CorpusServices } from '../tools/tool-context.ts';
import type { Output } from './output.ts';
import { ReportedError } from './reported-error.ts';

const MOST_SHOWN = 50;

export interface VerifyOptions {
  json: boolean;
  prefix: string;
  stdout: Output;
  signal: AbortSignal;
}

/** Reads the whole archive again, prints what is missing or damaged, and throws where anything is. */
export async function runVerify({ archive, store }: CorpusServices, options: VerifyOptions): Promise<void> {
  const { json, prefix, stdout, signal } = options;
  const report = await verifyArchive(
    {
      archive,
      prefix,
      expected: store.listArchived({ signal }),
      isKnown: (uris) => store.findKnownUris(uris, { signal }),
    },
    { signal },
  );
  stdout.write(json ? `${toPlainJson(report, 2)}\n` : `${toPlainText(renderReport(report))}\n`);
  if (report.damagedCount + report.missingCount > 0) throw new ReportedError('the archive is not whole');
}

function renderReport({
  checked,
  damaged,
  damagedCount,
  missing,
  missingCount,
  unknown,
}: VerifyReport): string {
  const lines = [
    `${checked.toLocaleString('en')} objects read: ${damagedCount} damaged, ${missingCount} missing.`,
    ...listFindings('damaged', damaged, damagedCount),
    ...listFindings('missing', missing, missingCount),
  ];
  if (unknown > 0)
    lines.push(`${unknown} whole objects that no pointer names (left by a load that was stopped).`);
  if (damagedCount + missingCount > 0)
    lines.push('Load the files they came from again: damaged and missing records are put again.');
  return lines.join('\n');
}

function listFindings(word: string, findings: readonly Finding[], total: number): string[] {
  const shown = findings
    .slice(0, MOST_SHOWN)
    .map(({ pmid, uri, reason }) => `  ${word}: ${pmid === null ? uri : `PMID ${pmid}`}: ${reason}`);
  return total > shown.length ? [...shown, `  … and ${total - shown.length} more ${word}`] : shown;
}
