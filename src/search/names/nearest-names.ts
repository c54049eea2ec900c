import { countEdits } from '../../errors/nearest-name.ts';
import { toFilterKey } from '../filter-key.ts';
import type { NamesKind } from '../search-index.ts';
import { toAskedAuthorKeys } from './author-keys.ts';
import { toJournalKey } from './journal-keys.ts';

export interface NearName {
  /** In the form in which names are compared. */
  name: string;
  documents: number;
}

const MOST_NAMES = 3;
const PIECE = 4;
const SHORT_PIECE = 3;
const LONGEST = 100;
/** "RCT", "NEJM", "RCTs": may be the first letters of a name. */
const INITIALS = /^[a-z]{2,6}$/;
/** Kinds of which few names are told apart, so that looking through all that hold a letter costs little. */
const WITH_INITIALS: ReadonlySet<NamesKind> = new Set(['publicationTypes', 'journals']);
const UNSAID = new Set('and for in of on the'.split(' '));
/** UIs, NLM ids and ISSNs are no names. */
const IS_ID = /^(?:[cd]?\d{4,12}[a-z]?|\d{4}-\d{3}[\dx])$/;

/** What a name that is misspelt, cut or too long most likely still has in common with the right one. */
export function toPieces(kind: NamesKind, name: string): string[] {
  const key = toKey(kind, name);
  const initial = WITH_INITIALS.has(kind) && INITIALS.test(key) ? [key.slice(0, 1)] : [];
  const words = key.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= SHORT_PIECE);
  const longest = words.toSorted((a, b) => b.length - a.length).slice(0, 3);
  return [
    ...new Set([
      ...initial,
      ...longest.flatMap((word) => [
        word.slice(0, PIECE),
        ...(word.length > 2 * PIECE ? [word.slice(-PIECE)] : []),
      ]),
    ]),
  ];
}

/** Those of `counts` that are closest to a name, closest first; what only shares a few letters is none. */
export function chooseNearest(
  kind: NamesKind,
  name: string,
  counts: ReadonlyMap<string, number>,
): NearName[] {
  const wanted = toKey(kind, name).slice(0, LONGEST);
  return [...counts]
    .filter(([key]) => !IS_ID.test(key))
    .map(([key, documents]) => ({
      name: key,
      documents,
      distance: toDistance(wanted, key.slice(0, LONGEST)),
    }))
    .filter(({ distance }) => distance <= 0.5)
    .sort((a, b) => a.distance - b.distance || b.documents - a.documents || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMES)
    .map(({ name: near, documents }) => ({ name: near, documents }));
}

/** 0 the same … 1 nothing in common; what begins with the other is close, however much longer it is. */
function toDistance(wanted: string, key: string): number {
  if (INITIALS.test(wanted) && isAbbreviated(key, wanted)) return 0.1;
  if (key.startsWith(wanted) || wanted.startsWith(`${key} `)) return 0.2;
  return countEdits(wanted, key) / Math.max(wanted.length, key.length);
}

function toKey(kind: NamesKind, name: string): string {
  if (kind === 'journals') return toJournalKey(name);
  return kind === 'authors' ? (toAskedAuthorKeys(name)[0] ?? '') : toFilterKey(name);
}

/** "rct" and "rcts" stand for "randomized controlled trial". */
function isAbbreviated(key: string, short: string): boolean {
  const words = key.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !UNSAID.has(word));
  const initials = words.map((word) => word.slice(0, 1)).join('');
  return words.length > 1 && (initials === short || `${initials}s` === short);
}
