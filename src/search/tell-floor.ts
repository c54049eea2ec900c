import { cutText } from '../domain/cut-text.ts';
import { namesRecords } from './find-named.ts';
import type { OrderedDocuments } from './order-documents.ts';
import type { RankedDocument } from './ranking.ts';
import { type AskedWord, toAskedWords } from './words/asked-words.ts';

type ToldDocuments = Pick<OrderedDocuments, 'isTooFar' | 'isThin'> & { shown: readonly RankedDocument[] };

interface Asked {
  query: string;
  /** As `Question.text`. */
  text: string;
  /** Whether filters narrow the search. */
  isNarrowed: boolean;
  /** Words that other warnings name already. */
  unknown: readonly string[];
  /** PubMed finds little by words of another language. */
  isForeign: boolean;
  /** Of the index, as `toAskedWords` takes it. */
  analyzer: number;
}

const LONGEST_TERM = 200;
const MOST_NAMED = 5;
const LONGEST_NAMED = 50;

/** Why nothing is shown although papers are there, or that what is shown hardly answers. */
export function tellFloor({ shown, isTooFar, isThin }: ToldDocuments, asked: Asked): string[] {
  // A record that is asked for by its id is here or not, however close others are.
  if (namesRecords(asked.text)) return [];
  if (isTooFar) return [tellTooFar(asked)];
  return isThin ? [tellThin(shown, asked)] : [];
}

function tellTooFar({ query, isNarrowed, isForeign }: Asked): string {
  const which = isNarrowed ? 'No stored paper that meets the filters' : 'No stored paper';
  const why = `${which} is close enough to the question to answer it, so none is shown`;
  if (isForeign) return `${why}.`;
  const wider = isNarrowed ? 'ask without a filter, or bring papers in: ' : '';
  return `${why}; ${wider}${toSync(query)} brings what PubMed has.`;
}

function tellThin(
  shown: readonly RankedDocument[],
  { text, query, unknown, isForeign, analyzer }: Asked,
): string {
  const lacking = listLacking(shown, toAskedWords(text, analyzer)).filter((word) => !unknown.includes(word));
  const words = lacking.slice(0, MOST_NAMED).map((word) => `"${cutText(word, LONGEST_NAMED)}"`);
  const why = words.length === 0 ? '' : ` None of them speaks of ${words.join(', ')}.`;
  const advice = isForeign ? '' : ` ${toSync(query)} brings what PubMed has.`;
  return `The match is thin: these papers may not be about the question.${why}${advice}`;
}

/** The words of the question that no passage found of what is shown holds. */
function listLacking(shown: readonly RankedDocument[], asked: readonly AskedWord[]): string[] {
  const hits = shown.flatMap(({ chunks }) => chunks.map(({ hit }) => hit.words));
  if (hits.includes(null)) return [];
  const held = new Set(hits.flatMap((words) => words?.split(' ') ?? []));
  return asked.filter(({ tokens }) => !tokens.some((token) => held.has(token))).map(({ asked }) => asked);
}

/** A long question is no term for PubMed. */
function toSync(query: string): string {
  const term = query.replaceAll(/\s+/g, ' ').trim();
  return term.length > LONGEST_TERM ? 'pubmed.sync' : `pubmed.sync ${JSON.stringify({ term })}`;
}
