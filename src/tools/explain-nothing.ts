import type { CallOptions } from '../domain/call-options.ts';
import { arbitraryVector } from '../search/find-named.ts';
import { chooseNearest, toParts } from '../search/names/nearest-names.ts';
import { type SearchFilters, toChunkFilters } from '../search/search-filters.ts';
import type { ChunkFilters, Membership } from '../search/search-index.ts';
import type { CorpusServices } from './tool-context.ts';

type Services = Pick<CorpusServices, 'store' | 'index'>;

export interface Nothing {
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

/** Why a search found nothing, where that is not the question: one sentence a reason. */
export async function explainNothing(
  services: Services,
  { filters, membership }: Nothing,
  options: CallOptions,
): Promise<string[]> {
  const holds = await createLook(services, membership, options);
  const isLive = membership.kind === 'live';
  if (holds === null || !(await holds({}))) {
    if (!isLive) return ['The checkpoint holds no document: leave checkpoint_id out.'];
    const { documentCount } = await services.store.countMembers(options);
    return [documentCount === 0 ? EMPTY : NOT_SEARCHABLE_YET];
  }
  const where = isLive ? 'stored record' : 'record of the checkpoint';
  const told = await Promise.all(
    NAMED_FILTERS.map(async (kind) => {
      const names = filters[kind] ?? [];
      const narrowed = toChunkFilters({ [kind]: names });
      if (Object.keys(narrowed).length === 0 || (await holds(narrowed))) return null;
      const near = await listNearest(services, { kind, names, membership }, options);
      return toSentence(where, kind, names, near);
    }),
  );
  const unheld = told.filter((sentence) => sentence !== null);
  if (unheld.length > 0 || (await holds(toChunkFilters(filters)))) return unheld;
  return [`No ${where} meets all the filters together: leave one out, or widen the dates.`];
}

/**
 * Whether anything is there that meets filters: by a search for what is closest to an arbitrary vector, which
 * finds one whatever the question was. `null` where there is no index yet.
 */
async function createLook({ store, index }: Services, membership: Membership, options: CallOptions) {
  const state = await store.findIndexState(options);
  if (state === null) return null;
  const vector = arbitraryVector(state.dimensions);
  return async (filters: Partial<ChunkFilters>): Promise<boolean> => {
    const query = { text: '', vector, mode: 'semantic', membership, limit: 1 } as const;
    const found = await index.search({ ...query, filters: { ...filters, excludeRetracted: false } }, options);
    return found.length > 0;
  };
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
    const parts = toParts(column, name);
    if (parts.length === 0) continue;
    const counts = await index.countNames({ kind: column, parts, membership }, options);
    const chosen = chooseNearest(column, name, counts);
    near.push(...chosen.map(({ name: found, documents }) => `${found} (${documents})`));
  }
  return [...new Set(near)].slice(0, MOST_NAMES_SHOWN);
}

function toSentence(
  where: string,
  kind: NamedFilter,
  names: readonly string[],
  near: readonly string[],
): string {
  const [noun, hint] = NAMED[kind];
  const shown = names.slice(0, MOST_NAMES_SHOWN).map((name) => name.trim().slice(0, LONGEST_NAME));
  const more = names.length > shown.length ? ` or ${names.length - shown.length} more` : '';
  const advice = near.length === 0 ? hint : `nearest are ${near.join(', ')}`;
  return `No ${where} has ${noun} ${shown.join(', ')}${more}; ${advice}.`;
}
