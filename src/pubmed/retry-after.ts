/**
 * The pause that a server asks for, in milliseconds (RFC 9110 10.2.3): seconds, or a date, which is measured
 * against the server's own clock, since ours may be wrong. `null` where it asks for none that can be told.
 */
export function parseRetryAfter(value: string | null, date: string | null): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const waitMs = Date.parse(text) - Date.parse(date ?? '');
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}
