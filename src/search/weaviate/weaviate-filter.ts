import type { Filter, FilterValue } from 'weaviate-client';
import type { Pmid } from '../../domain/ids.ts';
import type { ChunkFilters, EndedChunks, Membership } from '../search-index.ts';
import type { WeaviatePackage } from './weaviate-link.ts';
import { type ChunkObject, LIVE } from './weaviate-objects.ts';

type NumberName = 'entered' | 'until' | 'published_from' | 'published_to' | 'pmid';
export type KeysName =
  | 'journal_keys'
  | 'mesh_keys'
  | 'publication_type_keys'
  | 'languages'
  | 'author_keys'
  | 'id_keys';

/** PMIDs in one filter. */
export const PMIDS_A_FILTER = 500;
/** Ids in one filter. */
export const IDS_A_FILTER = 1_000;

/** What a query or a deletion is narrowed to. */
export interface ChunkConditions {
  /** `lost`: the numbers that nobody ever got; what bears one did not enter, and did not leave. */
  toFilter(filters: ChunkFilters, membership: Membership, lost: readonly number[]): FilterValue;
  /** Chunks with a key that holds one of `pieces`. */
  toNames(
    name: KeysName,
    pieces: readonly string[],
    membership: Membership,
    lost: readonly number[],
  ): FilterValue;
  isLive(lost: readonly number[]): FilterValue;
  /** The chunks of these ids. */
  among(chunkIds: readonly string[]): FilterValue;
  enteredAt(sequence: number): FilterValue;
  /** Above `sequence`, up to `upTo`. */
  enteredAbove(sequence: number, upTo: number): FilterValue;
  /** Those that ended above `sequence`, up to `upTo`. */
  endedAbove(sequence: number, upTo: number): FilterValue;
  endedAt(sequence: number): FilterValue;
  /** The live ones of `pmids` that were there before `sequence`. */
  replacedAt(sequence: number, pmids: readonly number[]): FilterValue;
  /**
   * In portions that hold together all that may go, each a deletion of its own. What bears a lost number
   * has not left.
   */
  toRemovable(ended: EndedChunks, lost: readonly number[]): FilterValue[];
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
  const amongPmids = (pmids: readonly Pmid[] | undefined) =>
    pmids === undefined || pmids.length === 0 ? [] : [number('pmid').containsAny(pmids.map(Number))];
  const toNamed = (named: ChunkFilters['named']) => {
    const either = [...amongPmids(named?.pmids), ...anyOf('id_keys', named?.keys)];
    return either.length === 0 ? [] : [Filters.or(...either)];
  };
  const leftLater = (condition: FilterValue, lost: readonly number[]) =>
    lost.length === 0
      ? condition
      : Filters.or(condition, ...lost.map((sequence) => number('until').equal(sequence)));
  const reallyEntered = (lost: readonly number[]) =>
    lost.map((sequence) => number('entered').notEqual(sequence));
  const toMembership = (membership: Membership, lost: readonly number[]) =>
    membership.kind === 'live'
      ? [leftLater(number('until').equal(LIVE), lost), ...reallyEntered(lost)]
      : [
          number('entered').lessOrEqual(toInt(membership.sequence)),
          leftLater(number('until').greaterThan(toInt(membership.sequence)), lost),
          ...reallyEntered(lost),
        ];
  return {
    isLive: (lost) => Filters.and(...toMembership({ kind: 'live' }, lost)),
    toNames: (name, pieces, membership, lost) =>
      Filters.and(
        ...toMembership(membership, lost),
        Filters.or(...pieces.map((piece) => by.byProperty(name).like(`*${piece}*`))),
      ),
    among: (chunkIds) => by.byId().containsAny([...chunkIds]),
    toFilter: (filters, membership, lost) =>
      Filters.and(
        ...toMembership(membership, lost),
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
        ...anyOf('author_keys', filters.authors),
        ...amongPmids(filters.pmids),
        ...toNamed(filters.named),
        ...(filters.excludeRetracted ? [by.byProperty('retraction_status').notEqual('retracted')] : []),
      ),
    enteredAt: (sequence) => number('entered').equal(sequence),
    enteredAbove: (sequence, upTo) =>
      Filters.and(number('entered').greaterThan(sequence), number('entered').lessOrEqual(toInt(upTo))),
    endedAbove: (sequence, upTo) =>
      Filters.and(
        number('until').greaterThan(sequence),
        number('until').lessThan(LIVE),
        number('until').lessOrEqual(toInt(upTo)),
      ),
    endedAt: (sequence) => number('until').equal(sequence),
    replacedAt: (sequence, pmids) =>
      Filters.and(
        number('pmid').containsAny([...pmids]),
        number('until').equal(LIVE),
        number('entered').lessThan(sequence),
      ),
    toRemovable({ upTo, checkpoints }, lost) {
      const kept = lost.map((sequence) => number('until').notEqual(sequence));
      // No checkpoint sees what entered after one of them and left by the next.
      const numbers = [...new Set(checkpoints)].filter((sequence) => sequence < upTo).sort((a, b) => a - b);
      const gaps = [...numbers, upTo].map((until, at) =>
        Filters.and(
          number('entered').greaterThan(numbers[at - 1] ?? -1),
          number('until').lessOrEqual(until),
          ...kept,
        ),
      );
      const portions = Array.from({ length: Math.ceil(gaps.length / CHECKPOINTS_A_FILTER) }, (_, at) =>
        gaps.slice(at * CHECKPOINTS_A_FILTER, (at + 1) * CHECKPOINTS_A_FILTER),
      );
      return portions.map((portion) => Filters.or(...portion));
    },
  };
}

/**
 * A whole number inside the range of all that is held; what lies beyond it compares as the range's end does.
 */
function toInt(value: number): number {
  return Math.max(-LIVE, Math.min(LIVE, Math.trunc(value)));
}

/** `items` in order, at most `length` at a time. */
export function toPortions<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, at) =>
    items.slice(at * length, (at + 1) * length),
  );
}
