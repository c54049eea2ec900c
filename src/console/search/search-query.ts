import { toAddress } from '../addresses.ts';

/** What a search page was asked, as its address holds it. */
export interface SearchQuery {
  question: string;
  most: number;
  mode: string;
  yearFrom: string;
  yearTo: string;
  names: Readonly<Record<NameFilter, readonly string[]>>;
  withRetracted: boolean;
  byQuality: boolean;
  isWhole: boolean;
  checkpoint: string;
}

/** Filters whose values are names; each is a parameter of the address, as often as it has values. */
export const NAME_FILTERS = {
  journal: { field: 'journals', label: 'Journals' },
  type: { field: 'publication_types', label: 'Kinds of paper' },
  author: { field: 'authors', label: 'Authors' },
  mesh: { field: 'mesh', label: 'MeSH terms' },
  language: { field: 'languages', label: 'Languages' },
} as const;
export type NameFilter = keyof typeof NAME_FILTERS;
const NAMES = Object.keys(NAME_FILTERS) as NameFilter[];

export const SEARCH_PATH = '/ui/search';
export const SIZES = [10, 20, 50] as const;
export const MODES = { hybrid: 'words and meaning', bm25: 'words only', semantic: 'meaning only' } as const;

export function readSearchQuery(query: URLSearchParams): SearchQuery {
  const read = (name: string) => query.get(name)?.trim() ?? '';
  const readAll = (name: string) => [
    ...new Set(query.getAll(name).flatMap((value) => (value.trim() === '' ? [] : [value.trim()]))),
  ];
  return {
    question: read('q'),
    most: SIZES.find((size) => String(size) === read('n')) ?? 20,
    mode: read('mode') || 'hybrid',
    yearFrom: read('from'),
    yearTo: read('to'),
    names: {
      journal: readAll('journal'),
      type: readAll('type'),
      author: readAll('author'),
      mesh: readAll('mesh'),
      language: readAll('language'),
    },
    withRetracted: query.has('retracted'),
    byQuality: query.has('by_quality'),
    // Named for what it did at first: addresses that were sent around go on.
    isWhole: query.has('explain'),
    checkpoint: read('checkpoint'),
  };
}

/** The address of the page that asks it. */
export function toSearchAddress(query: SearchQuery): string {
  return toAddress(SEARCH_PATH, {
    q: query.question,
    n: query.most === 20 ? null : query.most,
    mode: query.mode === 'hybrid' ? null : query.mode,
    from: query.yearFrom,
    to: query.yearTo,
    ...query.names,
    retracted: query.withRetracted ? 1 : null,
    by_quality: query.byQuality ? 1 : null,
    explain: query.isWhole ? 1 : null,
    checkpoint: query.checkpoint,
  });
}

/** The parameters of `rag.search`, without those that are its defaults. */
export function toSearchParams(query: SearchQuery): Record<string, unknown> {
  const names = NAMES.filter((name) => query.names[name].length > 0);
  const filters = {
    ...(query.yearFrom === '' ? {} : { year_from: query.yearFrom }),
    ...(query.yearTo === '' ? {} : { year_to: query.yearTo }),
    ...Object.fromEntries(names.map((name) => [NAME_FILTERS[name].field, query.names[name]])),
    ...(query.withRetracted ? { exclude_retracted: false } : {}),
  };
  return {
    query: query.question,
    top_k: query.most,
    ...(query.mode === 'hybrid' ? {} : { search_mode: query.mode }),
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
    ...(query.byQuality ? { rerank_by_quality: true } : {}),
    detail: query.isWhole ? 'full' : 'scored',
    ...(query.checkpoint === '' ? {} : { checkpoint_id: query.checkpoint }),
  };
}

/** What is asked beside the question, in words. */
export function listSet(query: SearchQuery): string[] {
  const { yearFrom, yearTo, names, withRetracted, byQuality, isWhole, checkpoint, mode } = query;
  return [
    ...(yearFrom === '' && yearTo === '' ? [] : [`${yearFrom}–${yearTo}`]),
    ...NAMES.flatMap((name) => names[name]),
    ...(withRetracted ? ['with retracted papers'] : []),
    ...(byQuality ? ['better evidence first'] : []),
    ...(isWhole ? ['whole passages'] : []),
    ...(mode === 'hybrid' ? [] : [Object.entries(MODES).find(([one]) => one === mode)?.[1] ?? mode]),
    ...(checkpoint === '' ? [] : ['in a checkpoint']),
  ];
}
