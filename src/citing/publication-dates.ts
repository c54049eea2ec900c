import type { Citation, PartialDate } from '../domain/document/document.ts';
import { toNlmDate } from './issued.ts';

export interface PublicationDates {
  /** What a citation dates the work by. */
  issued: PartialDate;
  /** Of the electronic version, where it came before the issue by which the work is dated. */
  online: PartialDate | null;
  /** When a book or chapter was last revised. */
  updated: PartialDate | null;
  isAheadOfPrint: boolean;
  /**
   * NLM's words on the other date: "Epub 2020 Feb 3", "eCollection 2020", "Online ahead of print"; `null` for
   * none.
   */
  dateNote: string | null;
}

/** What NLM writes before the date of the issue where the electronic date is the one that counts. */
const ISSUE_WORDS: Readonly<Record<string, string>> = {
  'Electronic-eCollection': 'eCollection',
  'Electronic-Print': 'Print',
};

/**
 * By NLM's PubModel (https://www.nlm.nih.gov/bsd/licensee/elements_article_source.html): a work that was
 * printed later is dated by its issue ("Print-Electronic"); one that was collected or printed after it had
 * come out electronically by its electronic date, and so is one that was never on paper ("Electronic").
 */
export function readPublicationDates(citation: Citation): PublicationDates {
  const { published, publication_model: model = 'Print', kind, revised_on: revised } = citation;
  const updated = kind === 'book' && revised !== null ? toDate(revised) : null;
  const plain = { issued: published, online: null, updated, isAheadOfPrint: false, dateNote: null };
  if (citation.ahead_of_print === true)
    return { ...plain, isAheadOfPrint: true, dateNote: 'Online ahead of print' };
  if (citation.published_online === undefined) return plain;
  const online = toDate(citation.published_online);
  const word = ISSUE_WORDS[model];
  if (word !== undefined) return { ...plain, issued: online, dateNote: `${word} ${toNlmDate(published)}` };
  if (model === 'Electronic') return { ...plain, issued: online };
  if (model !== 'Print-Electronic' || isSameDay(published, online)) return plain;
  return { ...plain, online, dateNote: `Epub ${toNlmDate(online)}` };
}

function toDate(iso: string): PartialDate {
  const [year = null, month = null, day = null] = iso.split('-').map(Number);
  const precision = day !== null ? 'day' : month !== null ? 'month' : 'year';
  return { day, month, precision, verbatim: iso, year };
}

function isSameDay(one: PartialDate, other: PartialDate): boolean {
  return one.year === other.year && one.month === other.month && one.day === other.day;
}
