/** NCBI's 429 body repeats the caller's key, or the address where no key was sent, in its field `api-key`. */
const API_KEY_FIELD = /("api-key"\s*:\s*")[^"]*/gi;
const API_KEY_PARAM = /(api_key=)[^&\s"']*/gi;
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const IPV6 = /\b(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,7}\b/gi;
const EXCERPT_CHARACTERS = 300;
/** Of a long text: enough for an excerpt, however much of it is a key of up to 128 characters. */
const READ_CHARACTERS = 16_000;

export type Redact = (text: string) => string;

/** Makes upstream text fit for a log: without key, addresses and control characters, and short. */
export function createRedactor({ apiKey }: { apiKey: string | null }): Redact {
  return (text) => {
    const start = text.slice(0, READ_CHARACTERS);
    const withoutKey = apiKey === null ? start : start.replaceAll(apiKey, '[key]');
    return withoutKey
      .replace(API_KEY_FIELD, '$1[redacted]')
      .replace(API_KEY_PARAM, '$1[redacted]')
      .replace(IPV4, '[address]')
      .replace(IPV6, '[address]')
      .replace(/\p{Cc}+/gu, ' ')
      .slice(0, EXCERPT_CHARACTERS);
  };
}

const PRIVATE_PARAMS = new Set(['api_key', 'email']);

/** The parameters of a request as the archive's envelope keeps them. */
export function toArchivedParams(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !PRIVATE_PARAMS.has(name)));
}
