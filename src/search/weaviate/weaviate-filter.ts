import type { Filter, FilterValue } from 'weaviate-client';
import type { ChunkFilters, EndedChunks, Membership } from '../search-index.ts';
import type { WeaviatePackage } from './weaviate-connection.ts';
import { type ChunkObject, LIVE } from './weaviate-objects.ts';

type NumberName = 'entered' | 'until' | 'published_from' | 'published_to' | 'pmid';
type KeysName = 'journal_keys' | 'mesh_keys' | 'publication_type_keys' | 'languages';

/** What a query or a deletion is narrowed to. */
export interface ChunkConditions {
  toFilter(filters: ChunkFilters, membership: Membership): FilterValue;
  isLive(): FilterValue;
  /** The chunks of these ids. */
  among(chunkIds: readonly string[]): FilterValue;
  enteredAt(sequence: number): FilterValue;
  enteredAbove(sequence: number): FilterValue;
  /** Those that ended above `sequence`. */
  endedAbove(sequence: number): FilterValue;
  /** The live ones of `pmids` that were there before `sequence`. */
  replacedAt(sequence: number, pmids: readonly number[]): FilterValue;
  /** In parts that hold together all that may go, each a deletion of its own. */
  toRemovable(ended: EndedChunks): FilterValue[];
}

/** Checkpoints in one deletion's filter. */
const CHECKPOINTS_A_FILTER = 100;

export function createConditions({ Filters, default: { filter } }: WeaviatePackage): ChunkConditions {
  // The client types its filters by the collection, and holds no state of it in them.
  const by = filter as unknown as Filter<ChunkObject>;
  const number = (name: NumberName) => by.byProperty(name);
  const anyOf = (name: KeysName, names: readonly string[] | undefined) =>
    names === undefined || names.length === 0
      ? []
      : [by.byProperty(name).containsAny(names.map((text) => text.toWellFormed()))];
  const isLive = () => number('until').equal(LIVE);
  const toMembership = (membership: Membership) =>
    membership.kind === 'live'
      ? [isLive()]
      : [
          number('entered').lessOrEqual(toInt(membership.sequence)),
          number('until').greaterThan(toInt(membership.sequence)),
        ];
  return {
    isLive,
    among: (chunkIds) => by.byId().containsAny([...chunkIds]),
    toFilter: (filters, membership) =>
      Filters.and(
        ...toMembership(membership),
        ...(filters.publishedFrom === undefined
          ? []
          : [number('published_to').greaterOrEqual(toInt(filters.publishedFrom))]),
        ...(filters.publishedTo === undefined
          ? []
          : [number('published_from').lessOrEqual(toInt(filters.publishedTo))]),
        ...anyOf('journal_keys', filters.journals),
        ...anyOf('mesh_keys', filters.mesh),
        ...anyOf('publication_type_keys', filters.publicationTypes),
        ...anyOf('languages', filters.languages),
        ...(filters.excludeRetracted ? [by.byProperty('retraction_status').notEqual('retracted')] : []),
      ),
    enteredAt: (sequence) => number('entered').equal(sequence),
    enteredAbove: (sequence) => number('entered').greaterThan(sequence),
    endedAbove: (sequence) =>
      Filters.and(number('until').greaterThan(sequence), number('until').lessThan(LIVE)),
    replacedAt: (sequence, pmids) =>
      Filters.and(number('pmid').containsAny([...pmids]), isLive(), number('entered').lessThan(sequence)),
    toRemovable({ upTo, checkpoints }) {
      // No checkpoint sees what entered after one of them and left by the next.
      const numbers = [...new Set(checkpoints)].filter((sequence) => sequence < upTo).sort((a, b) => a - b);
      const gaps = [...numbers, upTo].map((until, at) =>
        Filters.and(number('entered').greaterThan(numbers[at - 1] ?? -1), number('until').lessOrEqual(until)),
      );
      const parts = Array.from({ length: Math.ceil(gaps.length / CHECKPOINTS_A_FILTER) }, (_, at) =>
        gaps.slice(at * CHECKPOINTS_A_FILTER, (at + 1) * CHECKPOINTS_A_FILTER),
      );
      return parts.map((part) => Filters.or(...part));
    },
  };
}

/** A whole number inside the range of all that is held; what lies beyond it compares as the range's end does. */
function toInt(value: number): number {
  return Math.max(-LIVE, Math.min(LIVE, Math.trunc(value)));
}
