import type { RunCounts } from '../../ingest/runs/run-report.ts';
import type { SplitJob } from '../define-tool.ts';

interface LoadAnswer<File, Problem> extends RunCounts {
  files: File[];
  problems: Problem[];
}

/** What the loads of single files came to together; `manifest` leads to the list of theirs. */
export function joinLoadAnswers<File, Problem>(
  answers: readonly LoadAnswer<File, Problem>[],
  { jobId, resultRef, durationMs }: SplitJob,
) {
  const sum = (name: keyof RunCounts) => answers.reduce((total, answer) => total + answer[name], 0);
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
