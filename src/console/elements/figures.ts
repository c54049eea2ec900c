import { html, type Markup } from '../html.ts';

const COUNTS = new Intl.NumberFormat('en-GB');
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** "27,000". */
export function showCount(value: number): string {
  return COUNTS.format(value);
}

/** "1 record", "27,000 records". */
export function showCounted(value: number, one: string, many = `${one}s`): string {
  return `${showCount(value)} ${value === 1 ? one : many}`;
}

/** "1.2 MB", in powers of ten. */
export function showBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/**
 * A moment, RFC 3339: in UTC, and by our script in the reader's own zone, with the exact one where the
 * pointer rests. `null` is a dash.
 */
export function showTime(instant: string | null): Markup {
  if (instant === null) return '–';
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const exact = date.toISOString();
  return html`<time datetime=${exact} title=${exact}>${MOMENT.format(date)} UTC</time>`;
}
