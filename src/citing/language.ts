/** Where MARC's codes, which NLM uses, are not those of ISO 639-2/T, on which the platform's tables rest. */
const MARC_CODES: Record<string, string> = {
  alb: 'sq',
  arm: 'hy',
  baq: 'eu',
  bur: 'my',
  chi: 'zh',
  cze: 'cs',
  dut: 'nl',
  fre: 'fr',
  geo: 'ka',
  ger: 'de',
  gre: 'el',
  ice: 'is',
  mac: 'mk',
  mao: 'mi',
  may: 'ms',
  per: 'fa',
  rum: 'ro',
  slo: 'sk',
  tib: 'bo',
  wel: 'cy',
};
const NO_LANGUAGE = new Set(['und', 'mul', 'zxx']);

/** BCP 47: "chi" → "zh"; `null` for codes of no single language. */
export function findLanguageTag(code: string): string | null {
  const known = MARC_CODES[code] ?? code;
  return NO_LANGUAGE.has(code) || !/^[a-z]{2,3}$/.test(known) ? null : new Intl.Locale(known).language;
}

/** "chi" → "Chinese"; `null` for a code that has no name. */
export function findLanguageName(code: string): string | null {
  const tag = findLanguageTag(code);
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  return tag === null ? null : (names.of(tag) ?? null);
}
