import { findPmid, type Pmid, type Sha256 } from '../domain/ids.ts';

/** As it lies in the archive. */
export interface Envelope {
  /** `null` when none can be read in the payload. */
  pmid: Pmid | null;
  /** RFC 3339. */
  fetched_at: string;
  source: { api: string; endpoint: string; params: Record<string, string | number | boolean> };
  http: { status: number | null; etag: string | null };
  payload_format: 'pubmed-xml';
  payload: string;
  /** Absent: UTF-8. */
  payload_encoding?: 'base64';
  hash: { algo: 'sha256'; value: Sha256 };
  version: 1;
}

type Row = Record<string, unknown>;

const INSTANT =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * What each field has to be, in the order in which they are looked at. By hand, since the archive's thread
 * and those of a load read it too, and a library of schemas would triple the time that they take to start.
 */
const FIELDS: readonly (readonly [path: string, isRight: (value: unknown) => boolean])[] = [
  ['pmid', (value) => value === null || (isText(value) && findPmid(value) === value)],
  ['fetched_at', isInstant],
  ['source', isRow],
  ['source.api', isText],
  ['source.endpoint', isText],
  ['source.params', (value) => isRow(value) && Object.values(value).every(isPlain)],
  ['http', isRow],
  ['http.status', (value) => value === null || Number.isSafeInteger(value)],
  ['http.etag', (value) => value === null || isText(value)],
  ['payload_format', (value) => value === 'pubmed-xml'],
  ['payload', isText],
  ['payload_encoding', (value) => value === undefined || value === 'base64'],
  ['hash', isRow],
  ['hash.algo', (value) => value === 'sha256'],
  ['hash.value', (value) => isText(value) && SHA256.test(value)],
  ['version', (value) => value === 1],
];

/** The first field of `parsed` that has the wrong form ("source.api"); "it" where it has none at all. */
export function findWrongField(parsed: unknown): string | null {
  if (!isRow(parsed)) return 'it';
  const wrong = FIELDS.find(([path, isRight]) => !isRight(at(parsed, path)));
  return wrong?.[0] ?? null;
}

/** The fields of the contract alone, of what has the right form. */
export function toEnvelope(parsed: unknown): Envelope {
  const { pmid, fetched_at, source, http, hash, payload, payload_encoding } = parsed as Envelope; // as was found
  return {
    pmid,
    fetched_at,
    source: { api: source.api, endpoint: source.endpoint, params: { ...source.params } },
    http: { status: http.status, etag: http.etag },
    payload_format: 'pubmed-xml',
    payload,
    ...(payload_encoding === undefined ? {} : { payload_encoding }),
    hash: { algo: 'sha256', value: hash.value },
    version: 1,
  };
}

function at(row: Row, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isRow(value) ? value[name] : undefined), row);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPlain(value: unknown): boolean {
  return isText(value) || typeof value === 'boolean' || Number.isFinite(value);
}

/** A day that there is (JavaScript takes 30 February for the 2 March). */
function isInstant(value: unknown): boolean {
  const day = isText(value) ? INSTANT.exec(value)?.[1] : undefined;
  if (day === undefined) return false;
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
