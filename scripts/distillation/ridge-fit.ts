import { addScaled, createMatrix, dot, type Matrix, rowOf } from './matrix.ts';

/** One passage: its distinct tokens and how much each counts. */
export interface Bag {
  readonly tokens: Int32Array;
  readonly weights: Float64Array;
  /** How much the passage counts among the others. */
  readonly importance: number;
}

/** Iterations stop when the residual has shrunk by this factor in every dimension together. */
const TOLERANCE = 1e-3;
const MAX_ITERATIONS = 100;

/**
 * Moves token vectors so that the weighted sum of a passage's tokens comes close to `targets`, the passage's
 * own vector: minimises Σ importance · |sum(passage) − target|² + `ridge` · |change|², by conjugate
 * gradients. `ridge` holds a token in place that few passages speak of; a token that none speaks of keeps its
 * vector. Sums are scaled to the length they had under the first vectors.
 */
export function fitTokenVectors(options: {
  tokens: Matrix;
  bags: readonly Bag[];
  targets: Matrix;
  ridge: number;
}): { vectors: Matrix; cosineBefore: number; cosineAfter: number; iterations: number } {
  const { tokens, targets, ridge } = options;
  const dimensions = tokens.columns;
  const bags = options.bags.map((bag) => scaleToUnitSum(bag, tokens));
  const sums = sumBags(bags, tokens);
  const shrink = dot(sums.values, targets.values) / dot(sums.values, sums.values);
  const vectors: Matrix = { ...tokens, values: tokens.values.map((value) => value * shrink) };
  const cosineBefore = meanCosine(sums, targets);

  const missing: Matrix = {
    ...sums,
    values: targets.values.map((value, at) => value - shrink * (sums.values[at] ?? 0)),
  };
  const residual = spread(bags, missing, tokens.rows);
  const direction: Matrix = { ...residual, values: residual.values.slice() };
  let squares = columnDots(residual, residual);
  const enough = total(squares) * TOLERANCE ** 2;
  let iterations = 0;
  while (total(squares) > enough && iterations++ < MAX_ITERATIONS) {
    const image = spread(bags, sumBags(bags, direction), tokens.rows);
    addScaled(image.values, direction.values, ridge);
    const curvature = columnDots(direction, image);
    const step = squares.map((value, d) => value / Math.max(curvature[d] ?? 0, Number.MIN_VALUE));
    for (let at = 0; at < vectors.values.length; at++) {
      const along = step[at % dimensions] as number;
      vectors.values[at] = (vectors.values[at] as number) + along * (direction.values[at] as number);
      residual.values[at] = (residual.values[at] as number) - along * (image.values[at] as number);
    }
    const next = columnDots(residual, residual);
    for (let at = 0; at < direction.values.length; at++) {
      const d = at % dimensions;
      const keep = (next[d] as number) / Math.max(squares[d] as number, Number.MIN_VALUE);
      direction.values[at] = (residual.values[at] as number) + keep * (direction.values[at] as number);
    }
    squares = next;
  }
  return { vectors, cosineBefore, cosineAfter: meanCosine(sumBags(bags, vectors), targets), iterations };
}

function scaleToUnitSum(bag: Bag, tokens: Matrix): Bag {
  const sum = new Float64Array(tokens.columns);
  bag.tokens.forEach((token, at) => {
    addScaled(sum, rowOf(tokens, token), bag.weights[at] ?? 0);
  });
  const norm = Math.sqrt(dot(sum, sum));
  return { ...bag, weights: bag.weights.map((weight) => (norm > 0 ? weight / norm : 0)) };
}

/** The weighted sum of each passage's tokens, one passage a row. */
export function sumBags(bags: readonly Bag[], tokens: Matrix): Matrix {
  const sums = createMatrix(bags.length, tokens.columns);
  for (const [row, { tokens: ids, weights }] of bags.entries()) {
    const sum = rowOf(sums, row);
    for (let at = 0; at < ids.length; at++)
      addScaled(sum, rowOf(tokens, ids[at] as number), weights[at] as number);
  }
  return sums;
}

/** The transpose of `sumBags`: hands each passage's row to its tokens, as the passage's importance says. */
function spread(bags: readonly Bag[], passages: Matrix, tokenCount: number): Matrix {
  const out = createMatrix(tokenCount, passages.columns);
  for (const [row, { tokens: ids, weights, importance }] of bags.entries()) {
    const passage = rowOf(passages, row);
    for (let at = 0; at < ids.length; at++)
      addScaled(rowOf(out, ids[at] as number), passage, importance * (weights[at] as number));
  }
  return out;
}

function columnDots(a: Matrix, b: Matrix): Float64Array {
  const dots = new Float64Array(a.columns);
  for (let at = 0; at < a.values.length; at++) {
    const d = at % a.columns;
    dots[d] = (dots[d] as number) + (a.values[at] as number) * (b.values[at] as number);
  }
  return dots;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function meanCosine(a: Matrix, b: Matrix): number {
  let sum = 0;
  for (let row = 0; row < a.rows; row++) {
    const left = rowOf(a, row);
    const right = rowOf(b, row);
    const norms = Math.sqrt(dot(left, left) * dot(right, right));
    if (norms > 0) sum += dot(left, right) / norms;
  }
  return sum / a.rows;
}
