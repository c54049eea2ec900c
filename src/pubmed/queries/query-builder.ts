import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { checkTerm } from './query-check.ts';
import { type DateTag, toDateRange } from './query-dates.ts';

/** The typed filters of `pubmed.search`: values of one kind are OR, kinds are AND. */
export interface SearchFilters {
  term: string;
  /** YYYY[-MM[-DD]], both inclusive. */
  date_from?: string | undefined;
  date_to?: string | undefined;
  /** Default `pdat`. */
  date_type?: 'pdat' | 'edat' | 'mdat' | undefined;
  /** Title, abbreviation, ISSN or NLM id. */
  journals?: readonly string[] | undefined;
  /** "Smith JA", "Smith", or the name of a group. */
  authors?: readonly string[] | undefined;
  mesh?: readonly string[] | undefined;
  publication_types?: readonly string[] | undefined;
  /** Names or NLM's three letters. */
  languages?: readonly string[] | undefined;
  has_abstract?: boolean | undefined;
}

type ListFilter = 'journals' | 'authors' | 'mesh' | 'publication_types' | 'languages';

const TO_CLAUSE: Record<ListFilter, (value: string) => string> = {
  journals: (value) => `"${value}"[${/^\d{5,9}R?$/i.test(value) ? 'jid' : 'ta'}]`,
  authors: toAuthorClause,
  mesh: (value) => `"${value}"[mh]`,
  publication_types: (value) => `"${value}"[pt]`,
  languages: (value) => `"${value}"[la]`,
};
const LIST_FILTERS = ['journals', 'authors', 'mesh', 'publication_types', 'languages'] as const;

/**
 * The whole query. The term is its author's own PubMed query, checked and put into parentheses; the
 * value of a filter is always one quoted phrase, so whatever stands in it can neither end the phrase
 * nor become an operator.
 */
export function toPubmedQuery(filters: SearchFilters): string {
  const term = checkTerm(filters.term);
  const clauses: string[] = [];
  for (const name of LIST_FILTERS) {
    const values = (filters[name] ?? []).map((value, index) => toPhrase(value, `${name}[${index}]`));
    const clause = [...new Set(values.map(TO_CLAUSE[name]))].join(' OR ');
    if (clause !== '') clauses.push(`(${clause})`);
  }
  const { date_from: from = null, date_to: to = null, date_type: tag = 'pdat' } = filters;
  if (from !== null || to !== null) {
    clauses.push(toDateRange({ from, to, tag }, { from: 'date_from', to: 'date_to' }));
  }
  if (filters.has_abstract === true) clauses.push('hasabstract');
  const query = clauses.length === 0 ? term : [`(${term})`, ...clauses].join(' AND ');
  return filters.has_abstract === false ? `(${query}) NOT hasabstract` : query;
}

/** The term within days of creation or modification, both inclusive: YYYY-MM-DD. */
export function toDateWindowQuery(
  term: string,
  { from, to, tag }: { from: string | null; to: string | null; tag: Extract<DateTag, 'crdt' | 'mdat'> },
): string {
  return `(${checkTerm(term)}) AND ${toDateRange({ from, to, tag }, { from: 'since', to: 'until' })}`;
}

/** The text of a filter as it may stand between quotation marks. */
function toPhrase(value: string, field: string): string {
  const phrase = value.replace(/\s+/g, ' ').trim();
  if (phrase === '') throw new ValidationError(`\`${field}\` must not be empty.`);
  if (/["“”[\]*\\\p{Cc}]/u.test(phrase)) {
    throw new ValidationError(
      `\`${field}\` must be a plain name without quotation marks, square brackets and *; ` +
        'write anything else into `term`, in the query language of PubMed.',
    );
  }
  if (!/[\p{L}\p{N}]/u.test(phrase)) throw new ValidationError(`\`${field}\` must hold a letter or a digit.`);
  return phrase;
}

/**
 * "Smith J" also means "Smith JA", which PubMed finds only without quotation marks: so a name of letters that
 * ends in initials, and holds no operator, goes without. Other names are looked up among persons and groups.
 */
function toAuthorClause(name: string): string {
  const isPerson =
    /^[\p{L}\p{M}'’ -]+ \p{Lu}{1,3}$/u.test(name) && !/(?:^| )(?:AND|OR|NOT)(?: |$)/.test(name);
  if (isPerson) return `${name}[au]`;
  return `"${name}"[au] OR "${name}"[cn]`;
}
