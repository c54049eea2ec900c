import type { Interval } from '../evaluation/bootstrap.ts';
import { MEASURES } from '../evaluation/measures.ts';
import type { Scored } from '../evaluation/score-runs.ts';
import type { Evaluation } from './evaluate.ts';

const HEADS = ['nDCG@10', 'MRR@10', 'recall@50'];

/** Tables of averages, each with the ends of its 95 % interval, and what to know of them. */
export function renderEvaluation(evaluation: Evaluation): string {
  const { questions, judged_questions, relevant, relevant_not_held, seed, resamples } = evaluation;
  const { results, differences, warnings } = evaluation;
  const lines = [
    `${judged_questions} of ${questions} questions are judged, with ${relevant} relevant documents; ` +
      `intervals hold 95 % of ${resamples} resamples (seed ${seed}).`,
    '',
    ...toTable(
      'mode',
      results.map((one) => [one.run, one]),
      toShare,
    ),
  ];
  if (differences.length > 0) {
    const rows = differences.map((one) => [`${one.run} − ${one.than}`, one] as const);
    lines.push('', ...toTable('difference', rows, toSigned));
    lines.push('An interval without 0 tells the two apart.');
  }
  if (relevant_not_held === null) lines.push('', 'Many relevant documents were not found by any mode.');
  else if (relevant_not_held > 0) {
    lines.push(
      '',
      `The corpus does not hold ${relevant_not_held} of the relevant documents: they count as not found.`,
    );
  }
  return [...lines, ...warnings.map((warning) => `Warning: ${warning}`)].join('\n');
}

function toTable(
  head: string,
  rows: readonly (readonly [string, Scored])[],
  toText: (interval: Interval) => string,
): string[] {
  const cells = rows.map(([name, scored]) => [name, ...MEASURES.map((one) => toText(scored[one]))]);
  const all = [[head, ...HEADS], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function toShare({ mean, low, high }: Interval): string {
  return `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function toSigned({ mean, low, high }: Interval): string {
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
  return `${signed(mean)} [${signed(low)}, ${signed(high)}]`;
}
