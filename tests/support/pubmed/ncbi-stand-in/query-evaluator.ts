import { parseQuery, type Query } from './query-parser.ts';
import type { LibraryRecord, RecordLibrary } from './record-library.ts';
import type { RecordFacts } from './record-reader.ts';

export interface Found {
  records: LibraryRecord[];
  translation: string;
  phrasesNotFound: string[];
  fieldsNotFound: string[];
}

type Field =
  | 'all'
  | 'uid'
  | 'ti'
  | 'tiab'
  | 'au'
  | 'ta'
  | 'mh'
  | 'pt'
  | 'la'
  | 'filter'
  | 'crdt'
  | 'mdat'
  | 'edat'
  | 'dp';

const FIELDS: Record<string, [field: Field, name: string]> = {
  all: ['all', 'All Fields'],
  uid: ['uid', 'UID'],
  pmid: ['uid', 'UID'],
  ti: ['ti', 'Title'],
  title: ['ti', 'Title'],
  tiab: ['tiab', 'Title/Abstract'],
  au: ['au', 'Author'],
  author: ['au', 'Author'],
  cn: ['au', 'Author - Corporate'],
  ta: ['ta', 'Journal'],
  jid: ['ta', 'Journal'],
  journal: ['ta', 'Journal'],
  mh: ['mh', 'MeSH Terms'],
  mesh: ['mh', 'MeSH Terms'],
  'mesh terms': ['mh', 'MeSH Terms'],
  pt: ['pt', 'Publication Type'],
  'publication type': ['pt', 'Publication Type'],
  la: ['la', 'Language'],
  language: ['la', 'Language'],
  filter: ['filter', 'Filter'],
  sb: ['filter', 'Filter'],
  crdt: ['crdt', 'Date - Create'],
  mdat: ['mdat', 'Date - Modification'],
  edat: ['edat', 'Date - Entry'],
  dp: ['dp', 'Date - Publication'],
  pdat: ['dp', 'Date - Publication'],
};
const LANGUAGE_CODES: Record<string, string> = {
  english: 'eng',
  german: 'ger',
  french: 'fre',
  spanish: 'spa',
};

/** A text that is nowhere in the library is left out of the query and reported, as PubMed does. */
export function evaluateQuery(source: string, library: RecordLibrary): Found {
  const all = library.all();
  const found: Found = { records: [], translation: '', phrasesNotFound: [], fieldsNotFound: [] };
  const query = parseQuery(source);
  const tree = query === null ? null : prune(query);
  if (tree === null) return found;
  return { ...found, records: all.filter(tree.matches), translation: tree.translation };

  function prune(node: Query): Node | null {
    if (node.kind === 'range') return toRange(node);
    if (node.kind === 'text') return toText(node);
    const left = prune(node.left);
    const right = prune(node.right);
    if (left === null || right === null)
      return node.operator === 'NOT' && left === null ? null : (left ?? right);
    return join(node.operator, left, right);
  }

  function toText({ text, quoted, tag }: Query & { kind: 'text' }): Node | null {
    const known = tag === null ? FIELDS.all : FIELDS[tag.toLowerCase()];
    if (known === undefined) found.fieldsNotFound.push(tag ?? '');
    const [field, name] = known ?? (['all', 'All Fields'] as const);
    if (tag === null && text.toLowerCase() === 'hasabstract')
      return toText({ kind: 'text', text, quoted, tag: 'filter' });
    const matches = toTextMatch(field, text, quoted);
    const translation = `"${text.toLowerCase()}"[${name}]`;
    const isDate =
      field === 'uid' || field === 'crdt' || field === 'mdat' || field === 'edat' || field === 'dp';
    if (!isDate && field !== 'filter' && !all.some(matches)) {
      found.phrasesNotFound.push(text);
      return null;
    }
    return { matches, translation };
  }
}

interface Node {
  matches(record: LibraryRecord): boolean;
  translation: string;
}

function join(operator: 'AND' | 'OR' | 'NOT', left: Node, right: Node): Node {
  const translation = `(${left.translation} ${operator} ${right.translation})`;
  switch (operator) {
    case 'AND':
      return { translation, matches: (record) => left.matches(record) && right.matches(record) };
    case 'OR':
      return { translation, matches: (record) => left.matches(record) || right.matches(record) };
    case 'NOT':
      return { translation, matches: (record) => left.matches(record) && !right.matches(record) };
  }
}

function toRange({ from, to, tag }: Query & { kind: 'range' }): Node {
  const [field, name] = FIELDS[tag.toLowerCase()] ?? (['dp', 'Date - Publication'] as const);
  const translation = `${from}:${to}[${name}]`;
  if (field === 'uid') {
    return { translation, matches: ({ pmid }) => Number(from) <= pmid && pmid <= Number(to) };
  }
  return { translation, matches: toDayMatch(field, from, to) };
}

/** `2026`, `2026/01` and `2026/01/15` are days, months and years as a whole. */
export function toDayMatch(field: string, from: string, to: string): (record: LibraryRecord) => boolean {
  const begin = from.padEnd(10, '/00');
  const end = `${to}~`;
  return (record) => {
    const day = dayOf(record, field);
    return day !== '' && day.padEnd(10, '/00') >= begin && day <= end;
  };
}

function dayOf(record: LibraryRecord, field: string): string {
  if (field === 'crdt') return record.crdt;
  if (field === 'mdat') return record.mdat;
  return field === 'edat' ? record.edat : record.facts.publishedOn;
}

function toTextMatch(field: Field, text: string, quoted: boolean): (record: LibraryRecord) => boolean {
  if (field === 'uid') return ({ pmid }) => pmid === Number(text);
  if (field === 'crdt' || field === 'mdat' || field === 'edat' || field === 'dp')
    return toDayMatch(field, text, text);
  const wanted = text.toLowerCase();
  // Copies share their facts: each is looked at once a query.
  const seen = new Map<RecordFacts, boolean>();
  return ({ facts }) => {
    const known = seen.get(facts) ?? matchFacts(facts, field, wanted, quoted);
    seen.set(facts, known);
    return known;
  };
}

function matchFacts(facts: RecordFacts, field: Field, wanted: string, quoted: boolean): boolean {
  const { abstract, authors, journal, mesh, publicationTypes, languages } = facts;
  const equals = (values: string[]) => values.some((value) => value.toLowerCase() === wanted);
  switch (field) {
    case 'ti':
      return matchWords(wordsOf(facts).title, wanted, quoted);
    case 'tiab':
      return matchWords(wordsOf(facts).titleAndAbstract, wanted, quoted);
    case 'au':
      return authors.some((author) => `${author.toLowerCase()} `.startsWith(`${wanted} `)) || equals(authors);
    case 'ta':
      return equals([journal.title, journal.abbreviation, journal.nlmId, journal.issn]);
    case 'mh':
      return equals(mesh);
    case 'pt':
      return equals(publicationTypes);
    case 'la':
      return equals(languages) || languages.includes(LANGUAGE_CODES[wanted] ?? '');
    case 'filter':
      return wanted === 'all' || (['hasabstract', 'fha'].includes(wanted) && abstract !== '');
    default:
      return matchWords(wordsOf(facts).all, wanted, quoted);
  }
}

interface SearchWords {
  title: string;
  titleAndAbstract: string;
  all: string;
}

/** Made once a record: a bench asks thousands of times. */
const WORDS = new WeakMap<RecordFacts, SearchWords>();

function wordsOf(facts: RecordFacts): SearchWords {
  const known = WORDS.get(facts);
  if (known !== undefined) return known;
  const { title, abstract, authors, journal, mesh } = facts;
  const pad = (...texts: string[]) => ` ${toWords(texts.join(' . '))} `;
  const words = {
    title: pad(title),
    titleAndAbstract: pad(title, abstract),
    all: pad(title, abstract, ...authors, journal.title, ...mesh),
  };
  WORDS.set(facts, words);
  return words;
}

/** `words` begins and ends with a space. */
function matchWords(words: string, wanted: string, quoted: boolean): boolean {
  const prefix = wanted.endsWith('*');
  const phrases = quoted ? [toWords(wanted)] : toWords(wanted).split(' ');
  return phrases.every((phrase, index) =>
    words.includes(prefix && index === phrases.length - 1 ? ` ${phrase}` : ` ${phrase} `),
  );
}

function toWords(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
