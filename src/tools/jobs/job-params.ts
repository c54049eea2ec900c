import { basename } from 'node:path';

/** Of a text that stands in lists. */
const MOST_CHARACTERS = 200;
/** Of a list in `params`; a load may name 10,000 files. */
const MOST_SOURCES = 100;

/**
 * What a job was asked, for whoever may read: a path leads to a disk that is not the reader's, so it is a
 * name; and what stands behind the path of a URL may be a signature.
 */
export function toToldParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { source } = params;
  if (typeof source === 'string') return { ...params, source: toShownSource(source) };
  if (!Array.isArray(source)) return { ...params };
  const shown = source.slice(0, MOST_SOURCES).map((one) => toShownSource(String(one)));
  const more = source.length - shown.length;
  return { ...params, source: more === 0 ? shown : [...shown, `and ${more} more`] };
}

/** The query of a sync or the source of a load, in one short line; `null` of any other call. */
export function toAbout(params: Readonly<Record<string, unknown>>): string | null {
  const { term, source } = toToldParams(params);
  if (typeof term === 'string') return shorten(term);
  if (typeof source === 'string') return shorten(source);
  return Array.isArray(source) ? shorten(source.join(', ')) : null;
}

function toShownSource(source: string): string {
  if (source.startsWith('s3://')) return source;
  const url = /^https?:/i.test(source) ? URL.parse(source) : null;
  return url === null ? basename(source) : `${url.origin}${url.pathname}`;
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= MOST_CHARACTERS ? text : `${characters.slice(0, MOST_CHARACTERS).join('')}…`;
}
