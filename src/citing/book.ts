import { isDeepStrictEqual } from 'node:util';
import type { Citation } from '../domain/document/document.ts';
import { type Name, readAuthors } from './name.ts';

/** The book itself, or the one around a chapter. */
export interface Book {
  /** Without "edition": "2nd", "Revised". */
  edition: string | null;
  editors: Name[];
  /** Whether those whom the work names as its authors are the book's editors. */
  isEdited: boolean;
  isbn: string | null;
  isOnline: boolean;
  publisher: string | null;
  place: string | null;
  /** "1997", "1993-2025", "2002-". */
  years: string | null;
}

/** `null` for articles, and for a document that was stored before these facts were read. */
export function readBook({ book, authors }: Citation): Book | null {
  if (book === undefined) return null;
  const { edition, editors, isbn, medium, publisher, publisher_location: place, years } = book;
  return {
    edition: edition === null ? null : toEdition(edition),
    editors: readAuthors({ authors: editors }).map(({ name }) => name),
    isEdited: editors.length > 0 && isDeepStrictEqual(authors, editors),
    isbn,
    isOnline: medium === 'Internet',
    publisher,
    place,
    years,
  };
}

const ORDINALS = [
  'First',
  'Second',
  'Third',
  'Fourth',
  'Fifth',
  'Sixth',
  'Seventh',
  'Eighth',
  'Ninth',
  'Tenth',
];

/** "Second edition", "Ed. 2" and "2." → "2nd", "Revised ed." → "Revised"; `null` where no more is said. */
function toEdition(sent: string): string | null {
  const text = sent
    .trim()
    .replace(/^(?:edition|edn|ed)\.? (?=\d)|(?:^|\s)(?:edition|edn|ed)\.?$/gi, '')
    .replace(/^(\d+)\.$/, '$1');
  const [word = '', ...others] = text.split(' ');
  const place = ORDINALS.findIndex((ordinal) => ordinal.toLowerCase() === word.toLowerCase()) + 1;
  const number = place > 0 ? place : /^\d{1,3}$/.test(word) ? Number(word) : null;
  return [number === null ? word : toOrdinal(number), ...others].join(' ') || null;
}

/** 1 → "1st", 12 → "12th". */
function toOrdinal(number: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `${number}${ending[new Intl.PluralRules('en', { type: 'ordinal' }).select(number)]}`;
}

/** "2" → "Vol. 2". */
export function toVolume(volume: string): string {
  return /^\d/.test(volume) ? `Vol. ${volume}` : volume;
}
