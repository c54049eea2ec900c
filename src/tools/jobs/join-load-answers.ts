import type { SplitJob } from '../define-tool.ts';

interface LoadCounts {
  found: number;
  archived: number;
  skipped: number;
  indexed: number;
  failed: number;
  deleted: number;
}

interface LoadParts<File, Problem> extends LoadCounts {
  files: File[];
  problems: Problem[];
}

/** What the loads of single files came to together; `manifest` leads to the list of theirs. */
export function joinLoadAnswers<File, Problem>(
  answers: readonly LoadParts<File, Problem>[],
  { jobId, resultRef, durationMs }: SplitJob,
) {
  const sum = (name: keyof LoadCounts) => answers.reduce((total, answer) => total + answer[name], 0);
  return {
    run_id: jobId,
    found: sum('found'),
    archived: sum('archived'),
    skipped: sum('skipped'),
    indexed: sum('indexed'),
    failed: sum('failed'),
    deleted: sum('deleted'),
    files: answers.flatMap(({ files }) => files),
    problems: answers.flatMap(({ problems }) => problems),
    manifest: resultRef,
    duration_ms: durationMs,
  };
}
