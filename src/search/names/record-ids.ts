import type { Citation } from '../../domain/document/document.ts';
import { findPmid, type Pmid } from '../../domain/ids.ts';
import { namesTopic } from '../words/topic.ts';

/** What a question names records by. `keys` are those of `toIdKeys`. */
export interface AskedRecords {
  pmids: Pmid[];
  keys: string[];
}

const MOST_NAMED = 50;
/** What behind a number says that it is a dose or a count. */
const COUNTED =
  'units?|iu|u|cells?|cfu|copies|particles|spores|people|persons|patients|women|men|children|adults|participants|' +
  'inhabitants|population|individuals|births|deaths|doses|reads|bases|base\\spairs?|bp';
/** One that nobody calls a PMID is one with so many digits: years, and most doses and counts, have fewer. */
const LONG_NUMBER = '(?<![\\p{L}\\p{N}.,/\\-_])[1-9]\\d{6,8}(?![\\p{L}\\p{N}/\\-_]|[.,]\\d)';
const LONG_NUMBERS = new RegExp(LONG_NUMBER, 'gu');
/**
 * Beside other words most doses and counts that have as many digits are round ("2400000 units"), and
 * registers of trials have their own numbers.
 */
const BARE_PMID = new RegExp(
  '(?<!\\b(?:isrctn|umin|drks|ntr|kct|grant)\\s)(?!\\d{2,4}0{5}(?!\\d))' +
    `${LONG_NUMBER}(?!\\s(?:${COUNTED})(?![\\p{L}\\p{N}]))`,
  'giu',
);
const CALLED_PMID =
  /(?:\bpmid\s{0,3}[:=#/\-‐‑–]?\s{0,3}|\bpubmed(?:\s?id)?\s{0,3}[:=#]\s{0,3}|\bpubmed\.ncbi\.nlm\.nih\.gov\/|\bpubmed\/(?:\?term=)?|\beuropepmc\.org\/(?:article|abstract)\/med\/)(\d{1,9})(?!\d)/gi;
/** "PMIDs: 123, 456 and 789" */
const CALLED_PMIDS =
  /\bpmids\s{0,3}[:=#]?\s{0,3}(\d{1,9}(?:(?:\s{0,3}[,;]\s{0,3}(?:and\s)?|\sand\s|\s)\d{1,9}){0,49})(?!\d)/gi;
const CALLED_PMCID = /\bpmc(?:id)?\s{0,3}[:=#/\-‐‑–]?\s{0,3}(?:pmc)?(\d{1,9})(?!\d)/gi;
const CALLED = [CALLED_PMCID, CALLED_PMID, CALLED_PMIDS];
const CALLING = /\b(?:pmc?ids?|dois?)\b\s?[:=#]?/gi;
/** What publishers put behind the DOI in addresses of its pages. */
const PAGE =
  /(?:[./](?:full|full-?text|abstract|summary|references|pdf|epdf|pdfft|html|meta|tables|figures|citations?)){1,3}$/;
/** bioRxiv names the version of a preprint behind its DOI. */
const PREPRINT = /^(10\.(?:1101|64898)\/[\d.]+)v\d{1,3}(?:[./].{0,50})?$/;
const DOI = /\b10\.\d{4,9}(?:\.\d{1,9}){0,3}(?:\/|%2f)\S{1,500}/gi;
/** "10.1/a;10.1/b", "10.1/a,PMID:1", and what Markdown writes between a DOI and its address. */
const BETWEEN_IDS = /[;,](?=10\.\d{4,9}\/|(?:doi|pmid):|pmc\d|https?:)|\]\((?=https?:)/gi;
/** "doi:10.1000/a,diabetes" */
const WORD_BEHIND = /[,;](?=\p{L}{3,40}[.?!,;]?$)/u;
/** What is said of an id and asks for nothing else. */
const LABELS = new Set(
  (
    'pmid pmids pmcid pmcids pmc pubmed doi dois id ids and or like similar related to with about see tell ' +
    'summarize summarise summary details compare vs versus'
  ).split(' '),
);
const SIGNS = /[^\p{L}\p{N}]+/gu;
const YEARS = /^[\s,;]*(?:18|19|20)\d\d(?:[\s,;]+(?:18|19|20)\d\d)*[\s,;]*$/;
const ALONE = /^[\s,;]*\d{1,9}(?:[\s,;]+\d{1,9})*[\s,;]*$/;

/** "doi:10.1000/a" and "pmc:123": what a record is found by beside its PMID. */
export function toIdKeys({ ids }: Pick<Citation, 'ids'>): string[] {
  const doi = ids.doi?.trim().toLowerCase();
  // Some records name a version of the article in PubMed Central: "PMC3706072.1".
  const pmc = /(\d{1,12})/.exec(ids.pmc ?? '')?.[1];
  return [...(doi ? [toDoiKey(doi)] : []), ...(pmc === undefined ? [] : [toPmcKey(pmc)])];
}

/** Every PMID, PMCID and DOI of a question, however it is written: alone, labelled, or as an address. */
export function readRecordIds(question: string): AskedRecords {
  const text = toText(question);
  const dois = [...text.matchAll(DOI)].map(([doi]) => doi);
  // The digits of a DOI are its own.
  const rest = dois.reduce((left, doi) => left.replace(doi, ' '), text);
  const called = [...rest.matchAll(CALLED_PMID)].map(([, digits = '']) => digits);
  const central = [...rest.matchAll(CALLED_PMCID)].map(([, digits = '']) => toPmcKey(digits));
  const listed = [...rest.matchAll(CALLED_PMIDS)].flatMap(([, digits = '']) => digits.match(/\d+/g) ?? []);
  const uncalled = leaveOut(CALLED, rest);
  const bare = ALONE.test(rest) ? (rest.match(/\d+/g) ?? []) : listBarePmids(uncalled);
  const pmids = [...called, ...listed, ...bare].flatMap((digits) => findPmid(digits) ?? []);
  return {
    pmids: [...new Set(pmids)].slice(0, MOST_NAMED),
    keys: [...new Set([...dois.flatMap(toDoiKeys), ...central])].slice(0, MOST_NAMED),
  };
}

/** Where there is no topic, "see 30000000.", no number is a dose or a count. */
function listBarePmids(uncalled: string): string[] {
  const [all, likely] = [uncalled.match(LONG_NUMBERS) ?? [], uncalled.match(BARE_PMID) ?? []];
  if (likely.length === all.length) return likely;
  return namesTopic(withoutLabels(uncalled.replaceAll(LONG_NUMBERS, ' '))) ? likely : all;
}

/** "30094717" and "pmid: 30094717", which a question leaves out, have no word beside the id. */
export function isRecordAlone(text: string): boolean {
  return namesOne(text) && toWordsBesideIds(text) === '';
}

/** The words of a question that may be a topic beside the ids; '' for "PMID 123" and "10.1000/a or 45". */
export function toWordsBesideIds(question: string): string {
  return withoutLabels(withoutRecordIds(question));
}

function withoutLabels(text: string): string {
  const words = text.split(SIGNS);
  return words.filter((word) => !LABELS.has(word.toLowerCase()) && !/^\d{1,9}$/.test(word)).join(' ');
}

/** They may be PMIDs as well: "1918", "2019 2020". */
export function namesYearsAlone(question: string): boolean {
  return YEARS.test(question);
}

/** What a question asks for beside ids: "sleep" of "PMID: 123, sleep". */
export function withoutRecordIds(question: string): string {
  const pieces = toText(question).split(/\s+/);
  const others = pieces.filter((piece) => !(/\/|%2f/i.test(piece) && namesOne(piece)));
  return leaveOut([...CALLED, BARE_PMID, CALLING], others.join(' ')).trim();
}

function namesOne(piece: string): boolean {
  const { pmids, keys } = readRecordIds(piece);
  return pmids.length + keys.length > 0;
}

function toText(question: string): string {
  return question
    .normalize('NFKC')
    .replaceAll(/%3a/gi, ':')
    .replaceAll(/&lt;/gi, '<')
    .replaceAll(/&gt;/gi, '>')
    .replaceAll(BETWEEN_IDS, ' ')
    .replaceAll(DOI, (doi) => doi.replace(WORD_BEHIND, ' '));
}

function leaveOut(patterns: readonly RegExp[], text: string): string {
  return patterns.reduce((left, one) => left.replaceAll(one, ' '), text);
}

/** The sign behind a DOI may be the sentence's or its own, so both are looked for. */
function toDoiKeys(written: string): string[] {
  const whole = decode(written).toLowerCase();
  const closed = trimEnd(whole);
  const bare = trimEnd(closed.replace(/[?#].*$/s, '').replace(PAGE, ''));
  const [, preprint = bare] = PREPRINT.exec(bare) ?? [];
  return [...new Set([whole, closed, bare, preprint])].map(toDoiKey);
}

/** Without the signs of the sentence around it; a parenthesis that the DOI itself opens is its own. */
function trimEnd(doi: string): string {
  let end = doi.length;
  for (; end > 0; end--) {
    const last = doi[end - 1] ?? '';
    const isOpen = last === ')' && count(doi.slice(0, end), '(') >= count(doi.slice(0, end), ')');
    if (isOpen || !/[.,;:!?'"”’)\]}>]/.test(last)) break;
  }
  return doi.slice(0, end);
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toDoiKey(doi: string): string {
  return `doi:${doi}`;
}

function toPmcKey(digits: string): string {
  return `pmc:${digits.replace(/^0+/, '')}`;
}
