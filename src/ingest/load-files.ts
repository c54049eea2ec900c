import type { CallOptions } from '../domain/call-options.ts';
import { listSources, type SourcePath } from './list-sources.ts';
import { type PipelineParts, runPipeline } from './pipeline.ts';
import { readItems } from './read-items.ts';
import type { RunReport } from './run-report.ts';
import { surveySource, toSourceName } from './survey-source.ts';
import { toBatches } from './to-batches.ts';

/**
 * Loads files in order, since a later update file says what is true now: the first that cannot be read to its end
 * stops the run, with everything before the fault loaded. Loading the same files again completes the work.
 */
export async function loadFiles(
  parts: PipelineParts,
  sources: readonly string[],
  report: RunReport,
  options: CallOptions,
): Promise<void> {
  const files = await listSources(sources);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of files) {
    const toPct = (read: number) => ((done + read) / Math.max(total, 1)) * 100;
    await loadFile(parts, file, { report, toPct }, options);
    done += file.bytes;
  }
}

async function loadFile(
  parts: PipelineParts,
  { path }: SourcePath,
  { report, toPct }: { report: RunReport; toPct: (read: number) => number },
  options: CallOptions,
): Promise<void> {
  const name = toSourceName(path);
  report.say({ pct: toPct(0), message: `${name}: looking through` });
  const survey = await surveySource(path, options);
  const loaded = await parts.store.findLoadedFile(survey.fileHash, options);
  const file = { fileHash: survey.fileHash, md5: survey.md5, name, itemsDone: loaded?.itemsDone ?? 0 };
  let read = 0;
  const onRead = (bytes: number) => {
    read += bytes;
  };
  const items = readItems(path, { survey, clock: parts.clock, onRead }, options);
  const counts = report.startPart(name);
  for await (const { outcome } of runPipeline(parts, toBatches(items, { file }), options)) {
    report.addBatch(counts, outcome, toPct(read));
  }
}
