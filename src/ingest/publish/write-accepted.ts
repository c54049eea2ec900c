import type { CallOptions } from '../../domain/call-options.ts';
import type { Chunk } from '../../domain/document/chunk.ts';
import type { Pmid } from '../../domain/ids.ts';
import { joinVectors } from '../../embedding/join-vectors.ts';
import { ChunksRefusedError } from '../../errors/chunks-refused-error.ts';
import { toChunkId } from '../../search/chunk-id.ts';
import type { IndexBatch, SearchIndex } from '../../search/search-index.ts';
import { isMostlyRefused, toReasonLine } from '../refusals.ts';

export interface WriteNeeds {
  index: SearchIndex;
  /** Takes back what a refused write has begun; called before the batch is written again. */
  undo(): Promise<void>;
}

/**
 * Writes the batch without the documents of which the index refuses a chunk: those stay as they were, and are
 * answered with the reason. Throws the refusal where it is the index that fails: it refuses a chunk that
 * nothing is wrong with, or most of what it is given.
 */
export async function writeAccepted(
  { index, undo }: WriteNeeds,
  batch: IndexBatch,
  options: CallOptions,
): Promise<ReadonlyMap<Pmid, string>> {
  const refused = new Map<Pmid, string>();
  const documents = new Set(batch.chunks.map(({ facts }) => facts.pmid)).size;
  for (let rest = batch; ; ) {
    try {
      await index.write(rest, options);
      return refused;
    } catch (error) {
      if (!(error instanceof ChunksRefusedError)) throw error;
      const news = listRefused(rest.chunks, error);
      if (news.size === 0) throw error;
      await undo();
      if (refused.size === 0) await requireSound(index, batch, error, options);
      for (const [pmid, why] of news) refused.set(pmid, why);
      if (isMostlyRefused(refused.size, documents - refused.size)) throw error;
      rest = without(batch, refused);
    }
  }
}

function listRefused(chunks: readonly Chunk[], { refused }: ChunksRefusedError): Map<Pmid, string> {
  const reasons = chunks.flatMap(({ chunkId, position, facts }): [Pmid, string][] => {
    const why = refused.get(chunkId);
    return why === undefined
      ? []
      : [[facts.pmid, toReasonLine(`Its passage ${position + 1} cannot be indexed: ${why}`)]];
  });
  return new Map(reasons);
}

/** The document that was live before stays so. */
function without(batch: IndexBatch, refused: ReadonlyMap<Pmid, string>): IndexBatch {
  const dimensions = batch.vectors.length / batch.chunks.length;
  const kept = [...batch.chunks.entries()].filter(([, { facts }]) => !refused.has(facts.pmid));
  return {
    ...batch,
    chunks: kept.map(([, chunk]) => chunk),
    vectors: joinVectors(kept.map(([at]) => batch.vectors.subarray(at * dimensions, (at + 1) * dimensions))),
    superseded: batch.superseded.filter((pmid) => !refused.has(pmid)),
  };
}

/**
 * An index that takes this chunk takes what nothing is wrong with. What follows in its number
 * takes its place.
 */
async function requireSound(
  index: SearchIndex,
  { sequence, chunks, vectors }: IndexBatch,
  refusal: ChunksRefusedError,
  options: CallOptions,
): Promise<void> {
  const vector = new Float32Array(vectors.length / chunks.length);
  vector[0] = 1;
  // Gone as soon as it has come: no search finds it.
  const left = new Map([[NOBODY, sequence]]);
  const probe = { sequence, chunks: [SOUND_CHUNK], vectors: vector, superseded: [], left };
  await index.write(probe, options).catch((error: unknown) => {
    throw error instanceof ChunksRefusedError ? refusal : error;
  });
}

const NOBODY = '0' as Pmid; // no record has it
const SOUND_CHUNK: Chunk = {
  chunkId: toChunkId(NOBODY, 1, 0),
  revision: 1,
  position: 0,
  section: null,
  sections: [],
  text: 'Aspirin for the prevention of stroke.',
  words: 'aspirin for the prevent of stroke',
  facts: {
    pmid: NOBODY,
    title: 'Aspirin.',
    journal: null,
    journalKeys: [],
    authorKeys: [],
    idKeys: [],
    terms: '',
    meshKeys: [],
    publicationTypes: [],
    publicationTypeKeys: [],
    languages: [],
    publishedFrom: null,
    publishedTo: null,
    year: null,
    retractionStatus: 'none',
    quality: '',
  },
};
