/**
 * The pause that a server asks for, in milliseconds (RFC 9110 10.2.3): seconds, or a date, which is measured against the
 * server's own clock where its answer tells it. `null` where it asks for none that can be read.
 */
export function parseRetryAfter(value: string | null, date: string | null): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  const now = Date.parse(date ?? '');
  return Math.max(0, at - (Number.isNaN(now) ? Date.now() : now));
}
