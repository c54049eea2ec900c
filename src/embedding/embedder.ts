import type { CallOptions } from '../domain/call-options.ts';
import type { Mixing } from '../domain/corpus/mixing.ts';

/** Turns text into vectors whose dot product tells how close two texts are in meaning. */
export interface Embedder {
  /**
   * Names the vectors it makes: two embedders with one id make interchangeable vectors, so a corpus remembers
   * it. Contains the kind, the model and a digest of its weights.
   */
  readonly id: string;
  readonly dimensions: number;
  /** Default: `MODEL_MIXING`. */
  readonly mixing?: Mixing;
  /**
   * One vector a text, in order, row-major in one array of `texts.length × dimensions`; each of unit length,
   * or all zeros where the text holds nothing that the model knows. Some models embed a question otherwise
   * than a passage.
   *
   * Rejects with a `TextRefusedError` where one of the texts may be why, with another `BioMcpError` where it
   * is the embedder.
   */
  embed(texts: readonly string[], purpose: 'passage' | 'query', options: CallOptions): Promise<Float32Array>;
}
