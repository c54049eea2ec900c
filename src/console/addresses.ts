/** Of our own: a path that no browser reads as the address of another host. */
const OWN = /^(?:\/(?![/\\])|[?#])/;
const HTTP = /^https?:\/\/[^/?#\\@]+(?:[/?#]|$)/i;
/** Browsers drop some of them, and what is left may be another address. */
const UNWRITTEN = /[\p{Cc}\p{Zl}\p{Zp}\s]/u;

/** Whether a link may lead there: within the console or to a page of the web, and never to a script. */
export function isSafeAddress(text: string): boolean {
  if (UNWRITTEN.test(text)) return false;
  return OWN.test(text) || (HTTP.test(text) && URL.canParse(text));
}

export type QueryValue = string | number | boolean | null | undefined | readonly string[];

/** `path` with a query of what is given: `null`, `undefined` and empty texts are left out. */
export function toAddress(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== '') search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}
