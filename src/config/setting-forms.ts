import { z } from 'zod';

/**
 * `about` is the setting's row in docs/configuration.md, `shownDefault` what stands there where the default
 * is worked out.
 */
export interface SettingNotes {
  about: string;
  shownDefault?: string;
}
export const notes = z.registry<SettingNotes>();

/** What the settings of a room are, once they are read. */
export type SettingsOf<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** Digits only: `Number` would also take "0x1f" and "1e3". */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: 'must be a whole number' })
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

const SHARE = 'must be a number above 0 and at most 1, such as 0.5';
/** What a smaller one is a share of would be nothing for days. */
const LEAST_SHARE = 0.000_001;

/** With as many digits as a third of something has where it was reckoned out. */
export function shareOfOne() {
  return z
    .string()
    .regex(/^(?:0?\.\d{1,20}|1|1\.0{1,20})$/, { error: SHARE })
    .transform(Number)
    .refine((share) => share >= LEAST_SHARE, { error: SHARE });
}

export function namesBetweenCommas(form: RegExp, what: string) {
  const toNames = (text: string) => text.split(',').map((name) => name.trim().toLowerCase());
  return z
    .string()
    .refine((text) => toNames(text).every((name) => form.test(name)), {
      error: `must be ${what}, with commas between them`,
    })
    .transform(toNames);
}

export function httpUrl() {
  return z
    .string()
    .refine(isHttpUrl, { error: 'must be an http or https URL without user, password, ? and #' });
}

export function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && !/[?#]/.test(text);
}

export function withoutLastSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}

/** Of all headers together, as Node's server and most proxies take them; tokens of an issuer may be long. */
const MOST_HEADER_CHARACTERS = 16_000;

/** What goes into a header of HTTP; the complaint of whoever refuses it there would hold it. */
export function headerSecret() {
  return z
    .string()
    .max(MOST_HEADER_CHARACTERS)
    .regex(/^[\x21-\x7e]+$/, { error: 'must be printable ASCII characters without spaces' });
}
