import {
  BACKEND_FAILED,
  DATABASE_NOT_SUPPORTED,
  EFETCH_ERROR,
  type Endpoint,
  type Fault,
  RAW_NEWLINE,
} from '../pubmed/ncbi-stand-in/faults.ts';

/** Where a sync can be hit: while it lists, fetches, or asks after what is missing. */
export const SYNC_STAGES = [
  { name: 'listing', endpoint: 'esearch' },
  { name: 'fetching', endpoint: 'efetch' },
  { name: 'asking after missing records', endpoint: 'esummary' },
] as const satisfies { name: string; endpoint: Endpoint }[];

export type SyncStage = (typeof SYNC_STAGES)[number];

export interface SyncFault {
  /** As docs/reliability.md calls it. */
  name: string;
  /** `null`: there is no such fault at this stage. */
  toFault(endpoint: SyncStage['endpoint']): Fault | null;
  /**
   * What a sync ends with when the fault outlasts the five minutes of a request; `null`: it only ever delays.
   */
  lasting: string | null;
}

const status = (code: 429 | 500 | 502 | 503 | 504, retryAfter?: string): SyncFault['toFault'] => {
  const more = retryAfter === undefined ? {} : { retryAfter };
  return () => ({ kind: 'status', status: code, ...more });
};
const plain = (kind: 'hang' | 'reset' | 'cut' | 'cut-unnoticed' | 'html'): SyncFault['toFault'] => {
  return () => ({ kind });
};

function byEndpoint(faults: Record<SyncStage['endpoint'], Fault | null>): SyncFault['toFault'] {
  return (endpoint) => faults[endpoint];
}

/** ESummary has an error place of its own; a line break in `text` stays raw. */
function summaryError(text: string): Fault {
  const body = `{"header":{"type":"esummary","version":"0.3"},"esummaryresult":["${text}"]}\n`;
  return { kind: 'body', body };
}

/** Every row is played at every stage by `sync-faults.ts`, and stands in docs/reliability.md. */
export const SYNC_FAULTS: readonly SyncFault[] = [
  { name: 'HTTP 429', toFault: status(429), lasting: 'PUBMED_RATE_LIMITED' },
  { name: 'HTTP 429 with `Retry-After: 7`', toFault: status(429, '7'), lasting: 'PUBMED_RATE_LIMITED' },
  { name: 'HTTP 500', toFault: status(500), lasting: 'PUBMED_UNAVAILABLE' },
  { name: 'HTTP 502', toFault: status(502), lasting: 'PUBMED_UNAVAILABLE' },
  { name: 'HTTP 503', toFault: status(503), lasting: 'PUBMED_UNAVAILABLE' },
  { name: 'HTTP 504', toFault: status(504), lasting: 'PUBMED_UNAVAILABLE' },
  { name: 'no answer at all', toFault: plain('hang'), lasting: 'PUBMED_TIMEOUT' },
  { name: 'connection reset', toFault: plain('reset'), lasting: 'PUBMED_UNAVAILABLE' },
  { name: 'body cut off by the connection', toFault: plain('cut'), lasting: 'PUBMED_UNAVAILABLE' },
  {
    name: 'half a body as if it were whole',
    toFault: plain('cut-unnoticed'),
    lasting: 'PUBMED_BAD_RESPONSE',
  },
  {
    name: 'a body that comes slowly',
    toFault: () => ({ kind: 'slow', release: new Promise((resolve) => setImmediate(resolve)) }),
    lasting: null,
  },
  { name: 'an HTML page in HTTP 200', toFault: plain('html'), lasting: 'PUBMED_BAD_RESPONSE' },
  {
    name: '`Search Backend failed` in HTTP 200',
    toFault: byEndpoint({
      esearch: BACKEND_FAILED,
      efetch: EFETCH_ERROR,
      esummary: summaryError('Search Backend failed: timed out'),
    }),
    lasting: 'PUBMED_UNAVAILABLE',
  },
  {
    name: 'another `ERROR` in HTTP 200',
    toFault: byEndpoint({
      esearch: DATABASE_NOT_SUPPORTED,
      efetch: null,
      esummary: summaryError('Database is not supported: pubmed'),
    }),
    lasting: 'PUBMED_UNAVAILABLE',
  },
  {
    name: 'JSON with a raw line break in a string',
    toFault: byEndpoint({
      esearch: RAW_NEWLINE,
      efetch: null,
      esummary: summaryError('Search Backend failed: Exception:\ntimed out'),
    }),
    lasting: 'PUBMED_UNAVAILABLE',
  },
];
