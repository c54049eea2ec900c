import { addScaled, createMatrix, type Matrix, rowOf } from './matrix.ts';

const MAX_SWEEPS = 30;

/**
 * The `count` orthonormal directions along which the rows, centred already, spread most; the widest first.
 * `spread` is Σ x² along each.
 */
export function principalDirections(
  rows: Matrix,
  count: number,
): { directions: Matrix; spread: number[]; keptShare: number } {
  const n = rows.columns;
  const covariance = createMatrix(n, n);
  for (let row = 0; row < rows.rows; row++) {
    const values = rowOf(rows, row);
    for (let d = 0; d < n; d++) addScaled(rowOf(covariance, d), values, values[d] ?? 0);
  }
  const vectors = diagonalise(covariance);
  const along = Array.from({ length: n }, (_, d) => covariance.values[d * n + d] ?? 0);
  const widest = along
    .map((_, d) => d)
    .sort((a, b) => (along[b] ?? 0) - (along[a] ?? 0))
    .slice(0, count);
  const directions = createMatrix(count, n);
  for (const [axis, d] of widest.entries()) rowOf(directions, axis).set(orient(rowOf(vectors, d)));
  const spread = widest.map((d) => along[d] ?? 0);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { directions, spread, keptShare: sum(spread) / sum(along) };
}

/**
 * Jacobi's method (Golub & Van Loan, Matrix Computations, 8.5): leaves the eigenvalues on the diagonal,
 * answers the eigenvectors as rows.
 */
function diagonalise(symmetric: Matrix): Matrix {
  const n = symmetric.columns;
  const a = symmetric.values;
  const vectors = createMatrix(n, n);
  for (let d = 0; d < n; d++) vectors.values[d * n + d] = 1;
  const scale = Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q] as number;
        off += apq * apq;
        if (Math.abs(apq) < scale * 1e-15) continue;
        const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cosine = 1 / Math.sqrt(t * t + 1);
        const sine = t * cosine;
        rotateColumns(a, n, p, q, cosine, sine);
        rotateRows(a, n, p, q, cosine, sine);
        rotateRows(vectors.values, n, p, q, cosine, sine);
      }
    }
    if (Math.sqrt(off) < scale * 1e-12) return vectors;
  }
  throw new Error(`The covariance matrix is not diagonal after ${MAX_SWEEPS} sweeps`);
}

function rotateRows(a: Float64Array, n: number, p: number, q: number, cosine: number, sine: number): void {
  for (let k = 0; k < n; k++) {
    const ap = a[p * n + k] as number;
    const aq = a[q * n + k] as number;
    a[p * n + k] = cosine * ap - sine * aq;
    a[q * n + k] = sine * ap + cosine * aq;
  }
}

function rotateColumns(a: Float64Array, n: number, p: number, q: number, cosine: number, sine: number): void {
  for (let k = 0; k < n * n; k += n) {
    const ap = a[k + p] as number;
    const aq = a[k + q] as number;
    a[k + p] = cosine * ap - sine * aq;
    a[k + q] = sine * ap + cosine * aq;
  }
}

/** A direction and its opposite serve alike: the one whose largest coordinate is positive is taken. */
function orient(direction: Float64Array): Float64Array {
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}
