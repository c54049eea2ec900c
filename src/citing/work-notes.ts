import { findDateRemark, readDateSpan, toNlmDate } from './issued.ts';
import { toTieText } from './ties.ts';
import type { Work } from './work.ts';

/** What reference managers have no field for, each a line of its own; the weightiest first. */
export function listNotes(work: Work): string[] {
  const { ties, isPreprint, dateNote, areAllNamed, issued } = work;
  const notes = [
    ...ties.map(toTieText),
    isPreprint ? 'Preprint' : null,
    dateNote,
    isMoreThanMonths(work) ? `Issue date: ${toNlmDate(issued)}` : null,
    areAllNamed ? null : 'The list of authors is not complete',
  ];
  return notes.filter((note) => note !== null);
}

/** A season, or a text that is no date: what no field for years, months and days can hold. */
function isMoreThanMonths({ issued }: Work): boolean {
  const span = readDateSpan(issued);
  if (span === null || findDateRemark(issued) === null) return false;
  const { from, to } = span;
  return to === null ? from.month === null : (from.season ?? to.season) !== null;
}
