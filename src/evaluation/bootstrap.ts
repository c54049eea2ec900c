import { createMulberry32 } from './mulberry32.ts';

/** An average with the interval that holds 95 % of the averages of resampled questions. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

export interface Resampling {
  /** The same seed draws the same questions. */
  seed: number;
  /** 10,000 settle the third decimal of an end. */
  resamples: number;
}

const TAIL = 0.025;

/**
 * The percentile bootstrap of a mean: values are drawn with replacement, as many as there are. For a paired
 * comparison give the differences, one a question.
 */
export function bootstrapMean(values: readonly number[], { seed, resamples }: Resampling): Interval {
  if (values.length === 0) throw new TypeError('nothing has no mean');
  const random = createMulberry32(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < values.length; drawn++) {
      sum += values[Math.floor(random() * values.length)] ?? 0;
    }
    return sum / values.length;
  }).sort();
  const at = (share: number) => means[Math.min(means.length - 1, Math.floor(share * means.length))] ?? 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: at(TAIL), high: at(1 - TAIL) };
}
