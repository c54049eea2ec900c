import { toFilterKey } from './filter-key.ts';

/** NLM's codes and names of the languages of articles: https://www.nlm.nih.gov/bsd/language_table.html */
const LANGUAGES =
  'afr Afrikaans|alb Albanian|amh Amharic|ara Arabic|arm Armenian|aze Azerbaijani|ben Bengali|bos Bosnian|bul Bulgarian|' +
  'cat Catalan|chi Chinese|cze Czech|dan Danish|dut Dutch|eng English|epo Esperanto|est Estonian|fin Finnish|fre French|' +
  'geo Georgian|ger German|gla Scottish Gaelic|gre Greek|heb Hebrew|hin Hindi|hrv Croatian|hun Hungarian|ice Icelandic|' +
  'ind Indonesian|ita Italian|jpn Japanese|kin Kinyarwanda|kor Korean|lat Latin|lav Latvian|lit Lithuanian|' +
  'mac Macedonian|mal Malayalam|mao Maori|may Malay|mul Multiple languages|nor Norwegian|per Persian|pol Polish|' +
  'por Portuguese|pus Pushto|rum Romanian|rus Russian|san Sanskrit|slo Slovak|slv Slovenian|spa Spanish|srp Serbian|' +
  'swe Swedish|tha Thai|tur Turkish|ukr Ukrainian|und Undetermined|urd Urdu|vie Vietnamese|wel Welsh';

const CODES = new Map(
  LANGUAGES.split('|').map((entry) => {
    const [code = '', ...name] = entry.split(' ');
    return [name.join(' ').toLowerCase(), code];
  }),
);
const NAMES = new Map(LANGUAGES.split('|').map((entry) => [entry.slice(0, 3), entry.slice(4)]));
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const TWO_LETTERS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
const ISO_CODE = /^[a-z]{2,3}$/;

/**
 * NLM's code of a language that is given by name or by another code ("English", "en", "deu"); else the key
 * of the text.
 */
export function toLanguageKey(text: string): string {
  const key = toFilterKey(text);
  if (NAMES.has(key)) return key;
  const name = ISO_CODE.test(key) ? (nameIsoLanguage(key) ?? key) : key;
  return CODES.get(name) ?? key;
}

/** In English, by NLM's code; `null` where NLM has no such code. */
export function nameLanguage(code: string): string | null {
  return NAMES.get(code) ?? null;
}

/**
 * All that NLM has a code for; `iso`: the code of two letters, `null` where there is none, or where `Intl`
 * calls the language otherwise.
 */
export function listLanguages(): { code: string; iso: string | null; name: string }[] {
  const isoCodes = new Map(
    TWO_LETTERS.flatMap((iso) => {
      const code = CODES.get(nameIsoLanguage(iso) ?? '');
      return code === undefined ? [] : [[code, iso] as const];
    }),
  );
  return [...NAMES].map(([code, name]) => ({ code, iso: isoCodes.get(code) ?? null, name }));
}

function nameIsoLanguage(code: string): string | undefined {
  return new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code)?.toLowerCase();
}
