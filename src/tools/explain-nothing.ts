import type { CallOptions } from '../domain/call-options.ts';
import { cutText } from '../domain/cut-text.ts';
import { arbitraryVector } from '../search/find-named.ts';
import { keepAllowed } from '../search/hold-conditions.ts';
import { findNearLanguages } from '../search/names/near-languages.ts';
import { chooseNearest, type NearName, toPieces } from '../search/names/nearest-names.ts';
import { toConditions } from '../search/phrases/conditions.ts';
import { type SearchFilters, toChunkFilters } from '../search/search-filters.ts';
import type { ChunkFilters, Membership, NamesKind } from '../search/search-index.ts';
import { FIRST_ANALYZER } from '../search/words/analyzer.ts';
import { parseQuestion } from '../search/words/question.ts';
import type { CorpusServices } from './tool-context.ts';

type Services = Pick<CorpusServices, 'store' | 'index'>;

export interface Asked {
  filters: SearchFilters;
  membership: Membership;
}

/** The filters that name something, and what a caller may have got wrong. */
const NAMED = {
  languages: ['the language', "languages are NLM's three letters, such as eng"],
  publication_types: ['the publication type', 'such a type is "Randomized Controlled Trial"'],
  journals: ['the journal', 'journals go by title, ISO abbreviation, ISSN or NLM id'],
  authors: ['the author', 'authors go by family name and initials, such as Carbone DP'],
  pmids: ['the PMID', 'pubmed.get {"pmids": […]} brings them in'],
  mesh: ['the MeSH descriptor', 'descriptors go by name or UI, and narrower ones are not included'],
} as const;
type NamedFilter = keyof typeof NAMED;
const NAMED_FILTERS = ['languages', 'publication_types', 'journals', 'authors', 'pmids', 'mesh'] as const;
const EMPTY = 'The corpus is empty: bring a topic in with pubmed.sync.';
const NOT_SEARCHABLE_YET =
  'What is being brought in cannot be searched yet: ask again in some seconds, or when its job has ended.';
const MOST_NAMES_SHOWN = 5;
const LONGEST_NAME = 80;
/** Passages that are looked through for a name that is no descriptor. */
const MOST_COUNTED = 100;
/** Of one filter. */
const MOST_NAMES_LOOKED_FOR = 20;
/** Filters whose names an index of the first analyzer holds in part, or not at all. */
const LATER: ReadonlySet<NamedFilter> = new Set(['authors', 'journals']);

/** Why a search found nothing, where that is not the question: one sentence a reason. */
export async function explainNothing(
  services: Services,
  { filters, membership }: Asked,
  options: CallOptions,
): Promise<string[]> {
  const holds = await createLook(services, membership, options);
  const isLive = membership.kind === 'live';
  if (holds === null || !(await holds({}))) {
    if (!isLive) return ['The checkpoint holds no document: leave checkpoint_id out.'];
    const { documentCount } = await services.store.countMembers(options);
    return [documentCount === 0 ? EMPTY : NOT_SEARCHABLE_YET];
  }
  const kinds = NAMED_FILTERS.map((kind) => ({ kind, names: filters[kind] ?? [] }));
  const told = await tellUnheld(services, { kinds, membership, holds }, options);
  if (told.some(({ isAll }) => isAll) || (await holds(toChunkFilters(filters))))
    return told.map(({ sentence }) => sentence);
  const where = toWhere(membership);
  return [
    ...told.map(({ sentence }) => sentence),
    `No ${where} meets all the filters together: leave one out, or widen the dates.`,
  ];
}

/** What a search that found something has to say of filters of several names: those that no record has. */
export async function explainFilters(
  services: Services,
  { filters, membership }: Asked,
  options: CallOptions,
): Promise<string[]> {
  const kinds = NAMED_FILTERS.map((kind) => ({ kind, names: filters[kind] ?? [] }));
  const several = kinds.filter(({ names }) => names.length > 1);
  if (several.length === 0) return [];
  const holds = await createLook(services, membership, options);
  if (holds === null) return [];
  const told = await tellUnheld(services, { kinds: several, membership, holds }, options);
  return told.map(({ sentence }) => sentence);
}

interface AskedNames {
  kinds: readonly { kind: NamedFilter; names: readonly string[] }[];
  membership: Membership;
  holds: Look;
}

/** Of each kind, the names that no record has; `isAll`: no other name is asked for. */
async function tellUnheld(
  services: Services,
  { kinds, membership, holds }: AskedNames,
  options: CallOptions,
): Promise<{ sentence: string; isAll: boolean }[]> {
  const told = await Promise.all(
    kinds.map(async ({ kind, names }) => {
      const unheld = await findUnheld(kind, names, holds);
      if (unheld.length === 0) return [];
      const isAll = unheld.length === names.length;
      if (LATER.has(kind) && services.index.analyzer === FIRST_ANALYZER)
        return [{ sentence: toUncertain(kind, unheld), isAll }];
      const near = await listNearest(services, { kind, names: unheld, membership }, options);
      const asWords =
        kind === 'mesh' ? await listHeldAsWords(services, { names: unheld, membership }, options) : [];
      const sentence = [toSentence(toWhere(membership), kind, unheld, near), ...asWords].join(' ');
      return [{ sentence, isAll }];
    }),
  );
  return told.flat();
}

/** Looks for all names at once first, and for each of the first ones then. */
async function findUnheld(kind: NamedFilter, names: readonly string[], holds: Look): Promise<string[]> {
  const toFilters = (asked: readonly string[]) => toChunkFilters({ [kind]: asked });
  const readable = names.filter((name) => Object.keys(toFilters([name])).length > 0);
  if (readable.length === 0) return [];
  if (!(await holds(toFilters(readable)))) return readable;
  if (readable.length === 1) return [];
  const looked = readable.slice(0, MOST_NAMES_LOOKED_FOR);
  const held = await Promise.all(looked.map((name) => holds(toFilters([name]))));
  return looked.filter((_, at) => held[at] === false);
}

function toWhere({ kind }: Membership): string {
  return kind === 'live' ? 'stored record' : 'record of the checkpoint';
}

type Look = (filters: Partial<ChunkFilters>) => Promise<boolean>;

/**
 * Whether anything is there that meets filters: by a search for what is closest to an arbitrary vector, which
 * finds one whatever the question was. `null` where there is no index yet.
 */
async function createLook(
  { store, index }: Services,
  membership: Membership,
  options: CallOptions,
): Promise<Look | null> {
  const state = await store.findIndexState(options);
  if (state === null) return null;
  const vector = arbitraryVector(state.dimensions);
  return async (filters) => {
    const query = { text: '', vector, mode: 'semantic', membership, limit: 1 } as const;
    const found = await index.search({ ...query, filters: { ...filters, excludeRetracted: false } }, options);
    return found.length > 0;
  };
}

/** Chemicals and keywords are no descriptors, and stand among the words of a record. */
async function listHeldAsWords(
  { index }: Services,
  { names, membership }: { names: readonly string[]; membership: Membership },
  options: CallOptions,
): Promise<string[]> {
  const told: string[] = [];
  for (const name of names.slice(0, MOST_NAMES_SHOWN)) {
    const shown = cutText(name.trim(), LONGEST_NAME);
    const { documents, isAll } = await countHolding(index, { phrase: name, membership }, options);
    const held = documents === 1 ? '1 record holds it' : `${documents} records hold it`;
    if (documents > 0)
      told.push(`${isAll ? '' : 'At least '}${held} as words: ask for "${shown}" in the query.`);
  }
  return told;
}

/** `isAll`: no more passages matched its words than were looked through. */
async function countHolding(
  index: Services['index'],
  { phrase, membership }: { phrase: string; membership: Membership },
  options: CallOptions,
): Promise<{ documents: number; isAll: boolean }> {
  const question = parseQuestion(`"${phrase.replaceAll(/["“”„«»]/g, ' ')}"`);
  const conditions = index.analyzer === FIRST_ANALYZER ? null : toConditions(question, index.analyzer);
  if (conditions === null) return { documents: 0, isAll: true };
  const ask = { text: question.text, vector: null, mode: 'bm25', membership, limit: MOST_COUNTED } as const;
  const hits = await index.search({ ...ask, filters: { excludeRetracted: false } }, options);
  const holding = new Set(keepAllowed(hits, conditions, () => false).map(({ facts }) => facts.pmid));
  return { documents: holding.size, isAll: hits.length < MOST_COUNTED };
}

/** Of the first names; `[]` for PMIDs, which are no names. */
async function listNearest(
  { index }: Services,
  { kind, names, membership }: { kind: NamedFilter; names: readonly string[]; membership: Membership },
  options: CallOptions,
): Promise<string[]> {
  if (kind === 'pmids') return [];
  const column = kind === 'publication_types' ? 'publicationTypes' : kind;
  const near: string[] = [];
  for (const name of names.slice(0, MOST_NAMES_SHOWN)) {
    const chosen =
      column === 'languages'
        ? await findNearLanguages(index, { name, membership }, options)
        : await findNear(index, { kind: column, name, membership }, options);
    near.push(...chosen.map(({ name: found, documents }) => `${found} (${documents})`));
  }
  return [...new Set(near)].slice(0, MOST_NAMES_SHOWN);
}

async function findNear(
  index: Services['index'],
  { kind, name, membership }: { kind: NamesKind; name: string; membership: Membership },
  options: CallOptions,
): Promise<NearName[]> {
  const pieces = toPieces(kind, name);
  if (pieces.length === 0) return [];
  return chooseNearest(kind, name, await index.countNames({ kind, pieces, membership }, options));
}

/** What cannot be found need not be missing. */
function toUncertain(kind: NamedFilter, names: readonly string[]): string {
  const [noun] = NAMED[kind];
  return `The index was made by an earlier release and may not know ${noun} ${listNames(names)}; corpus.reindex makes it anew.`;
}

function toSentence(
  where: string,
  kind: NamedFilter,
  names: readonly string[],
  near: readonly string[],
): string {
  const [noun, hint] = NAMED[kind];
  const advice = near.length === 0 ? hint : `nearest are ${near.join(', ')}`;
  return `No ${where} has ${noun} ${listNames(names)}; ${advice}.`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES_SHOWN).map((name) => cutText(name.trim(), LONGEST_NAME));
  const more = names.length > shown.length ? ` or ${names.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}`;
}
