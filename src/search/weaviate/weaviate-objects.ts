import { v5 } from 'uuid';
import type { Vectors, WeaviateGenericObject } from 'weaviate-client';
import type { Chunk, DocumentFacts } from '../../domain/document/chunk.ts';
import { toSearchText } from '../chunking.ts';
import { dot } from '../dot.ts';
import type { ChunkHit, HitFacts, IndexBatch, ShownFacts, ShownPassage } from '../search-index.ts';
import { FIRST_ANALYZER } from '../words/analyzer.ts';
import { toFirstIndexWords } from '../words/first-analyzer.ts';
import { toWeaviateError } from './weaviate-errors.ts';
import type { Found } from './weaviate-query.ts';

/** `until` of a live chunk: no sequence number reaches it. */
export const LIVE = 2_147_483_647;

/** A chunk as Weaviate holds it; what is not there is left out. */
export type ChunkObject = {
  /** Title and passage as words, see `toPassageWords`: what BM25 looks through. */
  words: string;
  /** What a hit needs, as JSON: Weaviate finds one property of an object much faster than ten. */
  facts: string;
  passage: string;
  pmid: number;
  /** The sequence numbers at which it entered and left. */
  entered: number;
  until: number;
  published_from?: number;
  published_to?: number;
  journal_keys: string[];
  mesh_keys: string[];
  publication_type_keys: string[];
  languages: string[];
  author_keys: string[];
  id_keys: string[];
  retraction_status: string;
};

type StoredFacts = Pick<Chunk, 'revision' | 'position' | 'section' | 'sections'> & {
  facts: HitFacts & Pick<DocumentFacts, 'journal' | 'publicationTypes'>;
};

/** As the client answers it, with all that it holds. */
export type WholeObject = WeaviateGenericObject<ChunkObject, Vectors>;

/** To be put under its id, over what lies there. */
export interface ObjectToPut {
  id: string;
  properties: ChunkObject;
  vector: Float32Array;
}

/**
 * One object a chunk: written twice with one number it is there once. Its id is made of the chunk's own and
 * the number, so that a request that arrives late, with a number that was never given, writes over nothing.
 */
export function toObjects(
  { chunks, vectors, sequence, left }: IndexBatch,
  { dimensions, analyzer }: { dimensions: number; analyzer: number },
): ObjectToPut[] {
  return chunks.map(({ chunkId, facts, words, ...chunk }, at) => ({
    id: toObjectId(chunkId, sequence),
    properties: withoutNull({
      words:
        analyzer === FIRST_ANALYZER
          ? toFirstIndexWords(`${toSearchText(facts.title, chunk)}\n${facts.terms}`).join(' ')
          : toText(words),
      facts: toText(JSON.stringify(toStoredFacts(chunk, facts))),
      passage: toText(chunk.text),
      pmid: Number(facts.pmid),
      entered: sequence,
      until: left?.get(facts.pmid) ?? LIVE,
      published_from: facts.publishedFrom,
      published_to: facts.publishedTo,
      journal_keys: facts.journalKeys.map(toText),
      mesh_keys: facts.meshKeys.map(toText),
      publication_type_keys: facts.publicationTypeKeys.map(toText),
      languages: facts.languages.map(toText),
      author_keys: facts.authorKeys.map(toText),
      id_keys: facts.idKeys.map(toText),
      retraction_status: facts.retractionStatus,
    }),
    vector: vectors.subarray(at * dimensions, (at + 1) * dimensions),
  }));
}

export function toObjectId(chunkId: string, sequence: number): string {
  return v5(String(sequence), chunkId);
}

/** An object as it was read, with its vector, and another end: to be written over the one that is there. */
export function withUntil({ uuid, properties, vectors }: WholeObject, until: number): ObjectToPut {
  return {
    id: uuid,
    properties: withoutNull({ ...properties, until }),
    vector: requireVector(findVector(vectors)),
  };
}

export interface Match {
  bm25: number | null;
  /** The vector that was asked with, and of which the object has come; `null`: words alone. */
  asked: Float32Array | null;
}

/** Of an object what was asked for, which is the same as long as the object is there. */
export interface Brought {
  facts: StoredFacts;
  /** `null`: not asked for, as those of the first analyzer. */
  words: string | null;
  passage: string | null;
  vector: Float32Array | null;
}

/** Of an object whose facts were asked for. */
export function toBrought({ facts, words, passage, vector }: Found): Brought {
  if (facts === null) throw new TypeError('Weaviate answered an object without its facts');
  // Written by `toObjects`, which serialises this very type.
  return { facts: JSON.parse(facts) as StoredFacts, words, passage, vector };
}

/** By the whole vector: the distance that Weaviate tells may be that of quantised ones. */
export function toHit(uuid: string, brought: Brought, { bm25, asked }: Match): ChunkHit {
  const { revision, position, facts } = brought.facts;
  const { pmid, title, year, retractionStatus, quality } = facts;
  const vector = asked === null ? null : requireLength(brought.vector, asked.length);
  return {
    chunkId: uuid,
    revision,
    position,
    facts: { pmid, title, year, retractionStatus, quality },
    words: brought.words,
    vector,
    bm25,
    cosine: vector === null || asked === null ? null : dot(vector, asked),
  };
}

/** `null` where the text was not asked for. */
export function toShownPassage({ facts, passage }: Brought): ShownPassage | null {
  if (passage === null) return null;
  const { section, sections } = facts;
  return { text: passage, section, sections, ...toShownFacts({ facts }) };
}

export function toShownFacts({ facts: { facts } }: Pick<Brought, 'facts'>): ShownFacts {
  const { journal, publicationTypes } = facts;
  return { journal, publicationTypes };
}

function toStoredFacts(
  { revision, position, section, sections }: Omit<Chunk, 'facts' | 'chunkId' | 'words'>,
  { pmid, title, journal, year, publicationTypes, retractionStatus, quality }: DocumentFacts,
): StoredFacts {
  return {
    revision,
    position,
    section,
    sections,
    facts: { pmid, title, journal, year, publicationTypes, retractionStatus, quality },
  };
}

/** The vector. Throws where it is no vector of so many numbers. */
export function requireLength(brought: Float32Array | null, length: number): Float32Array {
  const vector = requireVector(brought);
  if (vector.length === length) return vector;
  const said = `a vector of ${length} dimensions was asked for among those of ${vector.length}`;
  throw toWeaviateError(new Error(said), 'search by vector');
}

function findVector(vectors: WholeObject['vectors']): Float32Array | null {
  const vector: unknown = Object.values(vectors ?? {})[0];
  return Array.isArray(vector) && vector.length > 0 ? new Float32Array(vector as number[]) : null;
}

function requireVector(vector: Float32Array | null): Float32Array {
  if (vector === null) throw new TypeError('Weaviate answered an object without its vector');
  return vector;
}

/** gRPC carries well-formed Unicode only. */
function toText(text: string): string {
  return text.toWellFormed();
}

type WithoutNull<T> = { [K in keyof T]: Exclude<T[K], null> };

function withoutNull<T extends object>(properties: T): WithoutNull<T> {
  const given = Object.entries(properties).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as WithoutNull<T>; // the entries that are left
}
