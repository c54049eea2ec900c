import type { CallOptions } from '../../domain/call-options.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { TextRefusedError } from '../../errors/text-refused-error.ts';
import { isMostlyRefused } from '../refusals.ts';

export interface EmbeddedPassages {
  /** Row-major, one vector a text; zeros for those that were refused. */
  vectors: Float32Array<ArrayBuffer>;
  /** By the place of the text, why. */
  refused: ReadonlyMap<number, string>;
}

/** Words as any passage has them: an embedder that refuses these refuses whatever it is given. */
const SOUND_TEXT =
  'Aspirin for the prevention of stroke. Adults with a previous stroke were given aspirin or placebo for two years. ' +
  'Fewer patients who were given aspirin had another stroke, and a few more of them had bleeding.';

/**
 * Embeds passages and finds the texts that the embedder refuses, or of which it makes no numbers, by halves:
 * the others get their vectors. Throws what the embedder threw where it is the embedder that fails: it does
 * not answer, it refuses a text that nothing is wrong with, or it refuses most of what it is given.
 */
export async function embedPassages(
  texts: readonly string[],
  embedder: Embedder,
  options: CallOptions,
): Promise<EmbeddedPassages> {
  const { dimensions } = embedder;
  const vectors = new Float32Array(texts.length * dimensions);
  const refused = new Map<number, string>();
  let accepted = 0;
  let isSound = false;

  const refuse = async (at: number, refusal: TextRefusedError) => {
    if (!isSound) await requireSound(embedder, refusal, options);
    isSound = true;
    refused.set(at, refusal.reason);
    if (isMostlyRefused(refused.size, accepted)) throw refusal;
  };

  const embedPart = async (from: number, to: number): Promise<void> => {
    const answer = await askFor(texts.slice(from, to), embedder, options);
    if (answer instanceof TextRefusedError) {
      if (to - from === 1) return refuse(from, answer);
      if (!isSound) await requireSound(embedder, answer, options);
      isSound = true;
      const middle = (from + to) >> 1;
      await embedPart(from, middle);
      return embedPart(middle, to);
    }
    const spoilt = listSpoilt(answer, dimensions);
    accepted += to - from - spoilt.length;
    vectors.set(answer, from * dimensions);
    for (const at of spoilt) {
      vectors.fill(0, (from + at) * dimensions, (from + at + 1) * dimensions);
      await refuse(from + at, NOT_NUMBERS);
    }
  };

  if (texts.length > 0) await embedPart(0, texts.length);
  return { vectors, refused };
}

const BROKEN = 'The embedder makes no vectors of any text: check BIO_MCP_EMBEDDER and its model.';
const NOT_NUMBERS = new TextRefusedError(BROKEN, 'its vector is not made of numbers');

/** A failure that may be a text's is answered, any other one thrown. */
async function askFor(
  texts: readonly string[],
  embedder: Embedder,
  options: CallOptions,
): Promise<Float32Array | TextRefusedError> {
  try {
    const answer = await embedder.embed(texts, 'passage', options);
    const expected = texts.length * embedder.dimensions;
    if (answer.length === expected) return answer;
    return new TextRefusedError(BROKEN, `${answer.length} numbers came instead of ${expected}`);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof TextRefusedError) return error;
    if (error instanceof BioMcpError) throw error;
    // A model of this machine gives no code for what it trips over.
    const reason = error instanceof Error ? error.message : String(error);
    return new TextRefusedError(BROKEN, reason.slice(0, MOST_REASON), { message: reason, cause: error });
  }
}

const MOST_REASON = 200;

async function requireSound(
  embedder: Embedder,
  refusal: TextRefusedError,
  options: CallOptions,
): Promise<void> {
  const answer = await askFor([SOUND_TEXT], embedder, options);
  if (answer instanceof TextRefusedError || listSpoilt(answer, embedder.dimensions).length > 0) throw refusal;
}

/** The rows that hold something else than numbers: a sum of numbers between -1 and 1 is one. */
function listSpoilt(vectors: Float32Array, dimensions: number): number[] {
  const spoilt: number[] = [];
  for (let row = 0; row * dimensions < vectors.length; row++) {
    let sum = 0;
    for (let at = row * dimensions; at < (row + 1) * dimensions; at++) sum += vectors[at] as number;
    if (!Number.isFinite(sum)) spoilt.push(row);
  }
  return spoilt;
}
