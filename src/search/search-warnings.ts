import { cutText } from '../domain/cut-text.ts';
import { saysYears } from './names/asked-year.ts';
import { readIssns } from './names/journal-keys.ts';
import type { NearWords } from './names/near-words.ts';
import { readRecordIds } from './names/record-ids.ts';
import type { RankedDocument } from './ranking.ts';
import type { SearchIndex } from './search-index.ts';
import { ANALYZER, EARLIER_INDEX, FIRST_ANALYZER } from './words/analyzer.ts';
import { foldText } from './words/fold-text.ts';
import type { Question } from './words/question.ts';

/** Words and records that a warning names. */
const MOST_NAMED = 5;
const LONGEST_NAMED = 50;
const PARTING = /[^\p{L}\p{N}]+/u;
const KNOWS_NO_IDS = 'The index of an earlier release finds papers by PMID, and not by DOI or PMCID.';
const YEARS_ARE_WORDS =
  'Years in a question are words like others: year_from and year_to narrow to when papers were published.';
const NO_CONDITIONS = 'Until then phrases in quotes count as their words, and nothing is left out.';

interface Asked {
  question: Question;
  named: readonly RankedDocument[];
  /** See `NamedDocuments`. */
  apart: string | null;
  unknown: readonly string[];
  /** See `WordWeights`. */
  partly: readonly string[];
  near: NearWords;
  /** PubMed finds little by words of another language. */
  isForeign: boolean;
  /** The question is the title of a paper that was found. */
  isTitle: boolean;
  /** Filters narrow the years. */
  hasYears: boolean;
}

/** What is not here and what brings it, and what an index of an earlier analyzer does not understand. */
export function listWarnings({ analyzer }: SearchIndex, note: string | null, asked: Asked): string[] {
  const absent = listAbsent(asked, analyzer);
  return [
    ...absent,
    ...asked.question.notDone,
    ...listYears(asked),
    ...listLost(analyzer, asked.question),
    ...(note === null ? [] : [note]),
  ];
}

/** What a question names by id or author need not be in any text; then its words are not held against it. */
function listAbsent(asked: Asked, analyzer: number): string[] {
  const { question, named } = asked;
  const { pmids, keys } = readRecordIds(question.tagged);
  if (pmids.length + keys.length === 0) {
    if (named.length > 0) return [];
    const issns = readIssns(question.text);
    // Signs of a name or of an ISSN are no words that a text might hold.
    const told = new Set(foldText([asked.apart ?? '', ...issns].join(' ')).split(PARTING));
    const isOther = (word: string) => !word.split(PARTING).every((piece) => told.has(piece));
    const [unknown, partly] = [asked.unknown.filter(isOther), asked.partly.filter(isOther)];
    return [
      ...listApart(asked),
      ...listIssns(issns),
      ...listUnheld({ ...asked, unknown }),
      ...listPartly({ partly }),
    ];
  }
  const found = new Set(named.map(({ facts }) => facts.pmid));
  const absent = pmids.filter((pmid) => !found.has(pmid)).slice(0, MOST_NAMED);
  if (absent.length > 0) {
    const list = absent.join(', ');
    return [
      `No paper found here has PMID ${list}; pubmed.get {"pmids": ${JSON.stringify(absent)}} brings what is not stored.`,
    ];
  }
  if (found.size > 0) return [];
  if (analyzer === FIRST_ANALYZER) return [KNOWS_NO_IDS];
  return ['No paper found here has that DOI or PMCID; pubmed.search finds its PMID, pubmed.get brings it.'];
}

function listApart({ apart }: Pick<Asked, 'apart'>): string[] {
  if (apart === null) return [];
  const name = cutText(apart, LONGEST_NAMED);
  return [
    `No paper by ${name} holds all words beside the name, which count as words: filters.authors ${JSON.stringify([name])} narrows to that author's papers.`,
  ];
}

function listIssns(issns: readonly string[]): string[] {
  if (issns.length === 0) return [];
  return [
    `An ISSN is no word of a paper: filters.journals ${JSON.stringify(issns.slice(0, MOST_NAMED))} narrows to its journal.`,
  ];
}

function listUnheld({ unknown, near, isForeign }: Pick<Asked, 'unknown' | 'near' | 'isForeign'>): string[] {
  if (unknown.length === 0) return [];
  const words = unknown.slice(0, MOST_NAMED).map((word) => {
    const meant = near.get(word);
    return `"${cutText(word, LONGEST_NAMED)}"${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`;
  });
  const advice = isForeign ? '.' : '; pubmed.sync brings papers of PubMed that do.';
  return [`No stored text holds ${words.join(', ')}${advice}`];
}

function listPartly({ partly }: Pick<Asked, 'partly'>): string[] {
  if (partly.length === 0) return [];
  const words = partly.slice(0, MOST_NAMED).map((word) => `"${cutText(word, LONGEST_NAMED)}"`);
  return [
    `No stored text holds ${words.join(', ')}: papers were looked for by the word without its letter or number.`,
  ];
}

/** Beside an author they count; a title may hold any. */
function listYears({ question, named, isTitle, hasYears }: Asked): string[] {
  const isTold = named.length === 0 && !isTitle && !hasYears && saysYears(question.text);
  return isTold ? [YEARS_ARE_WORDS] : [];
}

function listLost(analyzer: number, { phrases, excluded }: Question): string[] {
  if (analyzer === ANALYZER) return [];
  const isLost = analyzer === FIRST_ANALYZER && phrases.length + excluded.length > 0;
  return [isLost ? `${EARLIER_INDEX} ${NO_CONDITIONS}` : EARLIER_INDEX];
}
