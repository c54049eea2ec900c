import { InferenceSession, Tensor } from 'onnxruntime-node';

const CLS = 101n;
const SEP = 102n;
const TOKENS_A_BATCH = 4096;
const TEXTS_A_BATCH = 128;

/**
 * The model's answer for each passage: the mean of its output vectors, "[CLS]" and "[SEP]" included;
 * unit length, row-major.
 */
export async function askModel(
  onnxFile: string,
  passages: readonly (readonly number[])[],
  onProgress: (done: number) => void,
): Promise<{ vectors: Float32Array; dimensions: number }> {
  const session = await InferenceSession.create(onnxFile, { logSeverityLevel: 3 });
  const byLength = passages
    .map((_, index) => index)
    .sort((a, b) => length(passages, a) - length(passages, b) || a - b);
  let vectors = new Float32Array(0);
  let dimensions = 0;
  for (let from = 0; from < byLength.length; ) {
    let to = from;
    while (to < byLength.length && to - from < TEXTS_A_BATCH) {
      const width = length(passages, byLength[to] ?? 0) + 2;
      if (to > from && width * (to - from + 1) > TOKENS_A_BATCH) break;
      to++;
    }
    const batch = byLength.slice(from, to);
    const width = length(passages, batch.at(-1) ?? 0) + 2;
    const { last_hidden_state: hidden } = await session.run(
      toInputs(
        batch.map((index) => passages[index] ?? []),
        width,
      ),
    );
    if (hidden === undefined)
      throw new Error(`${onnxFile} answers no last_hidden_state: is it a sentence-transformers model?`);
    dimensions = hidden.dims[2] ?? 0;
    if (vectors.length === 0) vectors = new Float32Array(passages.length * dimensions);
    // The session's output type depends on the model; this one answers float32.
    const states = hidden.data as Float32Array;
    for (const [row, index] of batch.entries()) {
      const tokens = length(passages, index) + 2;
      writeMean(
        states,
        row * width * dimensions,
        tokens,
        vectors.subarray(index * dimensions, (index + 1) * dimensions),
      );
    }
    from = to;
    onProgress(from);
  }
  await session.release();
  return { vectors, dimensions };
}

function length(passages: readonly (readonly number[])[], index: number): number {
  return passages[index]?.length ?? 0;
}

function toInputs(passages: readonly (readonly number[])[], width: number): Record<string, Tensor> {
  const dims = [passages.length, width];
  const ids = new BigInt64Array(passages.length * width);
  const mask = new BigInt64Array(ids.length);
  for (const [row, passage] of passages.entries()) {
    ids.set([CLS, ...passage.map(BigInt), SEP], row * width);
    mask.fill(1n, row * width, row * width + passage.length + 2);
  }
  return {
    input_ids: new Tensor('int64', ids, dims),
    attention_mask: new Tensor('int64', mask, dims),
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), dims),
  };
}

function writeMean(states: Float32Array, from: number, tokens: number, out: Float32Array): void {
  const sum = new Float64Array(out.length);
  for (let token = 0; token < tokens; token++) {
    for (let d = 0; d < out.length; d++)
      sum[d] = (sum[d] ?? 0) + (states[from + token * out.length + d] ?? 0);
  }
  let square = 0;
  for (const value of sum) square += value * value;
  for (let d = 0; d < out.length; d++) out[d] = (sum[d] ?? 0) / Math.sqrt(square);
}
