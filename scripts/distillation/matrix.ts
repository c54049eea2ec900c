/** Row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export function createMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

export function rowOf({ columns, values }: Matrix, row: number): Float64Array {
  return values.subarray(row * columns, (row + 1) * columns);
}

export function columnMeans(matrix: Matrix): Float64Array {
  const means = new Float64Array(matrix.columns);
  for (let row = 0; row < matrix.rows; row++) addScaled(means, rowOf(matrix, row), 1 / matrix.rows);
  return means;
}

export function centre(matrix: Matrix, mean: Float64Array): Matrix {
  const out: Matrix = { ...matrix, values: matrix.values.slice() };
  for (let row = 0; row < matrix.rows; row++) addScaled(rowOf(out, row), mean, -1);
  return out;
}

/** Rows minus `mean`, each then of unit length. */
export function centreToUnit(matrix: Matrix, mean: Float64Array): Matrix {
  const out = centre(matrix, mean);
  for (let row = 0; row < matrix.rows; row++) {
    const values = rowOf(out, row);
    const norm = Math.sqrt(dot(values, values));
    if (norm > 0) for (let d = 0; d < values.length; d++) values[d] = (values[d] as number) / norm;
  }
  return out;
}

/** `matrix · basisᵀ`: the coordinates of each row along the rows of `basis`. */
export function project(matrix: Matrix, basis: Matrix): Matrix {
  const out = createMatrix(matrix.rows, basis.rows);
  for (let row = 0; row < matrix.rows; row++) {
    const source = rowOf(matrix, row);
    for (let axis = 0; axis < basis.rows; axis++)
      out.values[row * basis.rows + axis] = dot(source, rowOf(basis, axis));
  }
  return out;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

/** `target += factor · source`. */
export function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] as number) + factor * (source[index] as number);
  }
}
