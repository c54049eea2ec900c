import { toNlmDate } from './issued.ts';
import { findLanguageName } from './language.ts';
import type { Name } from './name.ts';
import { joinSentences, NO_TITLE, toSentence } from './sentence.ts';
import type { Work } from './work.ts';

/** ICMJE's sample references name six authors and then "et al.". */
const MAX_AUTHORS = 6;

/**
 * As PubMed's own "NLM" button writes it, with the authors of the ICMJE's recommendations
 * (https://www.nlm.nih.gov/bsd/uniform_requirements.html).
 */
export function toVancouver(work: Work): string {
  const authors = listAuthors(work.authors);
  return joinSentences([
    authors === '' ? null : toSentence(authors),
    toSentence(toTitle(work)),
    ...(work.kind === 'article' ? toJournalPart(work) : toBookPart(work)),
    work.doi === null ? null : `doi: ${work.doi}.`,
    toIds(work),
    work.retraction === null ? null : toRetraction(work.retraction),
  ]);
}

function listAuthors(authors: readonly Name[]): string {
  const named = authors.slice(0, MAX_AUTHORS).map((name) => {
    if (name.kind === 'group') return name.name;
    return [name.family, name.initials, name.suffix].filter((part) => part !== null).join(' ');
  });
  return authors.length > MAX_AUTHORS ? `${named.join(', ')}, et al` : named.join(', ');
}

function toTitle({ title, vernacularTitle, isTranslated }: Work): string {
  if (title === null) return vernacularTitle ?? NO_TITLE;
  return isTranslated ? `[${title}]` : title;
}

function toJournalPart(work: Work): (string | null)[] {
  const { containerShort, container, volume, issue, pages } = work;
  const journal = containerShort ?? container;
  const numbers = `${volume ?? ''}${issue === null ? '' : `(${issue})`}`;
  const place = `${numbers === '' ? '' : `;${numbers}`}${pages === null ? '' : `:${shorten(pages)}`}`;
  const when = `${toNlmDate(work.issued) ?? ''}${place}`;
  const foreign = work.languages.filter((code) => code !== 'eng').map(findLanguageName);
  const languages = work.languages.includes('eng') ? [] : foreign.filter((name) => name !== null);
  return [
    journal === null ? null : toSentence(journal),
    when === '' ? null : toSentence(when),
    languages.length === 0 ? null : toSentence(languages.join(', ')),
  ];
}

function toBookPart(work: Work): (string | null)[] {
  const when = toNlmDate(work.issued);
  return [
    when === null ? null : toSentence(when),
    work.container === null ? null : `In: ${work.container} [Internet].`,
    `Available from: ${work.url}.`,
  ];
}

function toIds({ pmid, pmcid }: Work): string {
  return pmcid === null ? `PMID: ${pmid}.` : `PMID: ${pmid}; PMCID: ${pmcid}.`;
}

function toRetraction(notice: string): string {
  return notice === '' ? 'Retracted publication.' : toSentence(`Retraction in: ${notice}`);
}

/** "175-184" is written 175-84, and "e247-e346" e247-346. */
function shorten(pages: string): string {
  return pages.replace(
    /(?<![\p{L}\d])(\p{L}*)(\d+)-(\p{L}*)(\d+)(?!\p{L})/gu,
    (range, letters, first, ownLetters, last) => {
      if (letters !== ownLetters) return range;
      if (first.length !== last.length) return `${letters}${first}-${last}`;
      let same = 0;
      while (same < first.length - 1 && first[same] === last[same]) same += 1;
      return `${letters}${first}-${last.slice(same)}`;
    },
  );
}
