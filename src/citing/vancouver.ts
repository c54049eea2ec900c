import { toNlmDate } from './issued.ts';
import { findLanguageName } from './language.ts';
import { toNoticeText } from './notices.ts';
import { shortenPages } from './pages.ts';
import { joinSentences, toSentence } from './sentence.ts';
import type { Work } from './work.ts';

/** ICMJE's sample references name six authors and then "et al.". */
const MAX_AUTHORS = 6;

/**
 * As PubMed's own "NLM" button writes it, with the authors of the ICMJE's recommendations
 * (https://www.nlm.nih.gov/bsd/uniform_requirements.html).
 */
export function toVancouver(work: Work): string {
  const authors = listAuthors(work);
  return joinSentences([
    authors === '' ? null : toSentence(authors),
    work.title === null ? null : toSentence(toTitle(work.title, work)),
    ...(work.kind === 'article' ? [toSource(work), toLanguages(work)] : toBookPart(work)),
    work.doi === null ? null : `doi: ${work.doi}.`,
    work.dateNote === null ? null : toSentence(work.dateNote),
    toIds(work),
    ...work.notices.map((notice) => toSentence(toNoticeText(notice))),
  ]);
}

function listAuthors({ authors, areAllNamed }: Work): string {
  const named = authors.slice(0, MAX_AUTHORS).map((name) => {
    if (name.kind === 'group') return name.name;
    return [name.family, name.initials, name.suffix].filter((part) => part !== null).join(' ');
  });
  const isCut = authors.length > MAX_AUTHORS || (named.length > 0 && !areAllNamed);
  return isCut ? `${named.join(', ')}, et al` : named.join(', ');
}

function toTitle(title: string, { isTranslated }: Work): string {
  return isTranslated ? `[${title}]` : title;
}

/** Journal, date and place, as NLM writes them: "Biochemistry. 1975 Nov 18;14(23):5105-10." */
export function toSource(work: Work): string {
  const { containerShort, container, volume, issue, locator } = work;
  const journal = containerShort ?? container;
  const numbers = `${volume ?? ''}${issue === null ? '' : `(${issue})`}`;
  const pages = locator?.kind === 'number' ? locator.text : shortenPages(locator?.text ?? '');
  const place = `${numbers === '' ? '' : `;${numbers}`}${pages === '' ? '' : `:${pages}`}`;
  const when = `${toNlmDate(work.issued) ?? ''}${place}`;
  return joinSentences([
    journal === null ? null : toSentence(work.isPreprint ? `${journal} [Preprint]` : journal),
    when === '' ? null : toSentence(when),
  ]);
}

function toLanguages({ languages }: Work): string | null {
  if (languages.includes('eng')) return null;
  const names = languages.map(findLanguageName).filter((name) => name !== null);
  return names.length === 0 ? null : toSentence(names.join(', '));
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
