import type { DataObject, Vectors, WeaviateGenericObject } from 'weaviate-client';
import type { SectionStart } from '../domain/chunk.ts';
import type { Pmid } from '../domain/ids.ts';
import { toSearchText } from './chunking.ts';
import { toIndexWords } from './index-words.ts';
import type { ChunkHit, IndexBatch } from './search-index.ts';

/** `until` of a live chunk: no sequence number reaches it. */
export const LIVE = 2_147_483_647;

/** A chunk as Weaviate holds it; what is not there is left out. */
export type ChunkObject = {
  /** Title and passage as words, see `toIndexWords`: what BM25 looks through. */
  words: string;
  pmid: number;
  revision: number;
  position: number;
  section?: string;
  sections?: string;
  title: string;
  passage: string;
  /** The sequence numbers at which it entered and left. */
  entered: number;
  until: number;
  published_from?: number;
  published_to?: number;
  year?: number;
  journal?: string;
  journal_keys: string[];
  mesh_keys: string[];
  publication_type_keys: string[];
  publication_types: string[];
  languages: string[];
  retraction_status: string;
  quality: string;
};

/** All that a hit needs, the scores and the text aside. */
export const HIT_PROPERTIES = [
  'pmid',
  'revision',
  'position',
  'section',
  'sections',
  'title',
  'year',
  'journal',
  'publication_types',
  'retraction_status',
  'quality',
] as const satisfies readonly (keyof ChunkObject)[];

export type FoundObject = WeaviateGenericObject<ChunkObject, Vectors>;

/** One object a chunk, each under its chunk's id: written twice it is there once. */
export function toObjects(
  { chunks, vectors, sequence, left }: IndexBatch,
  dimensions: number,
): DataObject<ChunkObject>[] {
  return chunks.map(({ chunkId, facts, ...chunk }, at) => ({
    id: chunkId,
    properties: withoutNull({
      words: toIndexWords(toSearchText(facts.title, chunk)).join(' '),
      pmid: Number(facts.pmid),
      revision: chunk.revision,
      position: chunk.position,
      section: toText(chunk.section),
      sections: chunk.sections.length > 1 ? toText(JSON.stringify(chunk.sections)) : null,
      title: toText(facts.title),
      passage: toText(chunk.text),
      entered: sequence,
      until: left?.get(facts.pmid) ?? LIVE,
      published_from: facts.publishedFrom,
      published_to: facts.publishedTo,
      year: facts.year,
      journal: toText(facts.journal),
      journal_keys: facts.journalKeys.map(toText),
      mesh_keys: facts.meshKeys.map(toText),
      publication_type_keys: facts.publicationTypeKeys.map(toText),
      publication_types: facts.publicationTypes.map(toText),
      languages: facts.languages.map(toText),
      retraction_status: facts.retractionStatus,
      quality: facts.quality,
    }),
    vectors: [...vectors.subarray(at * dimensions, (at + 1) * dimensions)],
  }));
}

/** An object as it was read, with its vector, and another end: to be written over the one that is there. */
export function withUntil(
  { uuid, properties, vectors }: FoundObject,
  until: number,
): DataObject<ChunkObject> {
  return { id: uuid, properties: withoutNull({ ...properties, until }), vectors: toVector(vectors) };
}

export interface Scores {
  bm25: number | null;
  cosine: number | null;
}

export function toHit({ uuid, properties }: FoundObject, { bm25, cosine }: Scores): ChunkHit {
  const section = properties.section ?? null;
  return {
    chunkId: uuid,
    revision: properties.revision,
    position: properties.position,
    section,
    // Written by `toObjects`, which serialises this very type.
    sections:
      properties.sections === undefined
        ? [{ label: section, start: 0 }]
        : (JSON.parse(properties.sections) as SectionStart[]),
    text: null,
    facts: {
      // Written from a Pmid by `toObjects`.
      pmid: String(properties.pmid) as Pmid,
      title: properties.title,
      journal: properties.journal ?? null,
      year: properties.year ?? null,
      publicationTypes: properties.publication_types ?? [],
      retractionStatus: properties.retraction_status,
      quality: properties.quality,
    },
    bm25,
    cosine,
  };
}

export function toBm25({ metadata }: FoundObject): number {
  return metadata?.score ?? 0;
}

/** The dot distance is minus the cosine of unit vectors. */
export function toCosine({ metadata }: FoundObject): number {
  return -(metadata?.distance ?? 0);
}

function toVector(vectors: FoundObject['vectors']): number[] {
  // The client's type leaves the vectors of a collection without a generic open.
  const vector: unknown = Object.values(vectors)[0];
  if (!Array.isArray(vector)) throw new TypeError('Weaviate answered an object without its vector');
  return vector as number[];
}

/** gRPC carries well-formed Unicode only. */
function toText<Text extends string | null>(text: Text): Text {
  return (text?.toWellFormed() ?? null) as Text; // the null of a null, the string of a string
}

type WithoutNull<T> = { [K in keyof T]: Exclude<T[K], null> };

function withoutNull<T extends object>(properties: T): WithoutNull<T> {
  const given = Object.entries(properties).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as WithoutNull<T>; // the entries that are left
}
