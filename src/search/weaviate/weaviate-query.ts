import type { FilterValue } from 'weaviate-client';
import type { KeysName } from './weaviate-filter.ts';
import type { SearchReply, SearchRequest } from './weaviate-link.ts';
import type { ChunkObject } from './weaviate-objects.ts';

/** What is answered of each object, beside its id. */
export interface Wanted {
  properties: readonly (keyof ChunkObject)[];
  hasVector: boolean;
}

/** What objects are asked for: the best by words or by a vector, or any that `where` holds of. */
export interface Query extends Wanted {
  words?: string;
  vector?: Float32Array;
  where?: FilterValue;
  limit: number;
}

/** An object as it was answered; `null`: not asked for. */
export interface Found {
  id: string;
  /** BM25, where words were asked for. */
  score: number;
  facts: string | null;
  words: string | null;
  passage: string | null;
  vector: Float32Array | null;
}

/** Of which paper an object is, and keys of one kind that it has. */
export interface FoundKeys {
  pmid: number;
  keys: readonly string[];
}

type Filters = NonNullable<SearchRequest['filters']>;
type Metadata = NonNullable<SearchRequest['metadata']>;
type Result = SearchReply['results'][number];

const WORDS: keyof ChunkObject = 'words';
/** Of Weaviate's `Filters.Operator` (weaviate/grpc/proto/v1/base.proto). */
const OPERATORS: Readonly<Partial<Record<FilterValue['operator'], Filters['operator']>>> = {
  Equal: 1,
  NotEqual: 2,
  GreaterThan: 3,
  GreaterThanEqual: 4,
  LessThan: 5,
  LessThanEqual: 6,
  And: 7,
  Or: 8,
  Like: 10,
  ContainsAny: 12,
};
const NO_METADATA: Metadata = {
  uuid: true,
  vector: false,
  creationTimeUnix: false,
  lastUpdateTimeUnix: false,
  distance: false,
  certainty: false,
  score: false,
  explainScore: false,
  isConsistent: false,
  vectors: [],
  queryProfile: false,
};

export function toSearchRequest({
  words,
  vector,
  where,
  limit,
  properties,
  hasVector,
}: Query): SearchRequest {
  return {
    limit,
    properties: {
      nonRefProperties: [...properties],
      returnAllNonrefProperties: false,
      refProperties: [],
      objectProperties: [],
    },
    metadata: { ...NO_METADATA, vector: hasVector, score: words !== undefined },
    ...(where === undefined ? {} : { filters: toFilters(where) }),
    ...(words === undefined ? {} : { bm25Search: { query: words, properties: [WORDS] } }),
    ...(vector === undefined ? {} : { nearVector: toNearVector(vector) }),
  };
}

/** In the order of the answer. */
export function toFound({ results }: SearchReply): Found[] {
  return results.map(({ metadata, properties }) => {
    if (metadata === undefined || metadata.id === '')
      throw new TypeError('Weaviate answered an object without its id');
    const texts = properties?.nonRefProps?.fields ?? {};
    return {
      id: metadata.id,
      score: metadata.score,
      facts: texts.facts?.textValue ?? null,
      words: texts.words?.textValue ?? null,
      passage: texts.passage?.textValue ?? null,
      vector: toVector(metadata),
    };
  });
}

/** Of objects of which the PMID was asked for, and `name`; where it is empty it may be left out. */
export function toFoundKeys({ results }: SearchReply, name: KeysName): FoundKeys[] {
  return results.map(({ properties }) => {
    const { pmid, [name]: keys } = properties?.nonRefProps?.fields ?? {};
    if (pmid?.intValue === undefined) throw new TypeError('Weaviate answered an object without its PMID');
    return { pmid: pmid.intValue, keys: keys?.listValue?.textValues?.values ?? [] };
  });
}

function toNearVector(vector: Float32Array): NonNullable<SearchRequest['nearVector']> {
  return {
    vector: [],
    vectorBytes: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
    targetVectors: [],
    targets: undefined,
    vectorPerTarget: {},
    vectorForTargets: [],
    vectors: [],
  };
}

/** A copy: what came is a part of the whole answer, and begins anywhere in it. */
function toVector({ vectorBytes, vectors }: NonNullable<Result['metadata']>): Float32Array | null {
  const bytes = vectorBytes.length > 0 ? vectorBytes : vectors[0]?.vectorBytes;
  return bytes === undefined || bytes.length === 0 ? null : new Float32Array(new Uint8Array(bytes).buffer);
}

/** As the client writes it, of what `createConditions` makes: whole numbers, texts, and lists of one kind. */
function toFilters({ operator, target, value, filters = [] }: FilterValue): Filters {
  const number = OPERATORS[operator];
  if (number === undefined) throw new TypeError(`no filter of this index is ${operator}`);
  return {
    operator: number,
    on: [],
    filters: filters.map(toFilters),
    target,
    ...toFilterValue(value),
  };
}

function toFilterValue(value: unknown): Partial<Filters> {
  if (value === null) return {};
  if (typeof value === 'string') return { valueText: value };
  if (typeof value === 'number') return { valueInt: value };
  if (isListOf(value, 'string')) return { valueTextArray: { values: value } };
  if (isListOf(value, 'number')) return { valueIntArray: { values: value } };
  throw new TypeError(`no filter of this index has the value ${JSON.stringify(value)}`);
}

function isListOf(value: unknown, kind: 'string'): value is string[];
function isListOf(value: unknown, kind: 'number'): value is number[];
function isListOf(value: unknown, kind: string): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === kind);
}
