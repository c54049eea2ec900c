import { isDeepStrictEqual } from 'node:util';
import type { Citation } from '../domain/document/document.ts';
import { type Name, readAuthors } from './name.ts';

/** The book itself, or the one around a chapter. */
export interface Book {
  /** "2nd". */
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
    edition,
    editors: readAuthors({ authors: editors }).map(({ name }) => name),
    isEdited: editors.length > 0 && isDeepStrictEqual(authors, editors),
    isbn,
    isOnline: medium === 'Internet',
    publisher,
    place,
    years,
  };
}
