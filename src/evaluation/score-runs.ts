import { ValidationError } from '../errors/bio-mcp-error.ts';
import { bootstrapMean, type Interval, type Resampling } from './bootstrap.ts';
import { type Judgements, listRelevant } from './judgements.ts';
import { MEASURES, type Measure, type Measured, measure } from './measures.ts';
import type { Question } from './questions.ts';
import type { TrecRun } from './trec-run.ts';

/** A run's averages over the judged questions. */
export type Scored = { run: string } & Record<Measure, Interval>;
/** How much `run` is above `than`: of the same questions, so that an interval without 0 tells them apart. */
export type Difference = Scored & { than: string };

/** The questions that a judgement finds anything relevant for; the others cannot be measured. */
export function listJudged(questions: readonly Question[], judgements: Judgements): Question[] {
  const judged = questions.filter(({ id }) => listRelevant(judgements.get(id) ?? new Map()).length > 0);
  if (judged.length > 0) return judged;
  const [some] = judgements.keys();
  throw new ValidationError(
    `None of the ${questions.length} questions has a relevant document among the judgements: their ids are ` +
      `such as "${questions[0]?.id ?? ''}" here and "${some ?? ''}" there.`,
  );
}

export function scoreRun(
  run: TrecRun,
  { judged, judgements, ...resampling }: { judged: readonly Question[]; judgements: Judgements } & Resampling,
): Scored {
  const each = measureEach(run, judged, judgements);
  return { run: run.name, ...toIntervals((name) => each.map((one) => one[name]), resampling) };
}

/** Paired: each question's difference is what is resampled. */
export function compareRuns(
  { run, than }: { run: TrecRun; than: TrecRun },
  { judged, judgements, ...resampling }: { judged: readonly Question[]; judgements: Judgements } & Resampling,
): Difference {
  const [ours, theirs] = [measureEach(run, judged, judgements), measureEach(than, judged, judgements)];
  const differences = (name: Measure) => ours.map((one, at) => one[name] - (theirs[at]?.[name] ?? 0));
  return { run: run.name, than: than.name, ...toIntervals(differences, resampling) };
}

function measureEach({ rankings }: TrecRun, judged: readonly Question[], judgements: Judgements): Measured[] {
  return judged.map(({ id }) => measure(rankings.get(id) ?? [], judgements.get(id) ?? new Map()));
}

function toIntervals(
  valuesOf: (name: Measure) => readonly number[],
  resampling: Resampling,
): Record<Measure, Interval> {
  const entries = MEASURES.map((name) => [name, bootstrapMean(valuesOf(name), resampling)] as const);
  return Object.fromEntries(entries) as Record<Measure, Interval>; // every measure has its entry
}
