import { BioMcpError, type SilentCode } from '../../errors/bio-mcp-error.ts';
import { toConnectionRemedy } from '../../errors/connection-fault.ts';

const OF_THE_WAY = { who: 'Weaviate', setting: 'BIO_MCP_WEAVIATE_URL and BIO_MCP_WEAVIATE_GRPC_URL' };

/**
 * What a failed call to Weaviate means for its caller. The client gives gRPC's words but no code, so that the
 * words decide. `doing` completes "failed to …" for the operator.
 */
export function toWeaviateError(cause: unknown, doing: string): unknown {
  if (cause instanceof BioMcpError || isAbort(cause) || isOwnMistake(cause)) return cause;
  const reason = toReason(cause);
  const { code, hint } = KINDS.find((kind) => isSaid(kind, reason)) ?? OTHER;
  return new BioMcpError(code, hint ?? toConnectionRemedy(cause, OF_THE_WAY), {
    message: `Weaviate failed to ${doing}: ${reason}`,
    cause,
  });
}

export function unreachable(doing: string, cause: unknown): BioMcpError {
  return new BioMcpError('WEAVIATE_UNAVAILABLE', toConnectionRemedy(cause, OF_THE_WAY), {
    message: `Weaviate failed to ${doing}: ${toReason(cause)}`,
    cause,
  });
}

export function timedOut(doing: string, ms: number): BioMcpError {
  return new BioMcpError('WEAVIATE_TIMEOUT', null, {
    message: `Weaviate failed to ${doing} within ${ms} ms`,
  });
}

interface Kind {
  code: SilentCode;
  /** `null` where the code says enough. */
  hint: string | null;
}

/** The collection is not there. */
export function missingCollection(name: string): BioMcpError {
  return new BioMcpError('INDEX_UNAVAILABLE', NO_COLLECTION, { message: `Weaviate holds no ${name}` });
}

const NO_COLLECTION =
  'Weaviate does not hold the collection of this corpus: run `bio-mcp migrate`, and where documents are stored already `bio-mcp reindex`.';
const OTHER = {
  code: 'WEAVIATE_UNAVAILABLE',
  hint: null,
} as const satisfies Kind;

interface SaidKind extends Kind {
  words: RegExp;
  /** Or two texts in lower case, the second anywhere behind the first. */
  inOrder?: readonly (readonly [first: string, second: string])[];
}

const UNKNOWN_KEY = /unauthenticated|unauthorized|\b401\b|anonymous access not enabled/i;
const DENIED_KEY = /forbidden|permission|\b403\b/i;

/** Of a failure as `toWeaviateError` made it. */
export function isKeyRefused(failure: unknown): boolean {
  if (!(failure instanceof BioMcpError)) return false;
  const reason = toReason(failure.cause);
  return UNKNOWN_KEY.test(reason) || DENIED_KEY.test(reason);
}

/** First come, first taken. */
const KINDS: readonly SaidKind[] = [
  {
    words: /could not find class/i,
    inOrder: [['class ', 'not found']],
    code: 'INDEX_UNAVAILABLE',
    hint: NO_COLLECTION,
  },
  {
    words: /vector lengths? don't match|vector with length|new node has a vector/i,
    inOrder: [
      ['vector ', 'dimension'],
      ['vectors ', 'dimension'],
    ],
    code: 'INDEX_UNAVAILABLE',
    hint: 'The vectors in Weaviate have other dimensions than the embedder makes: set BIO_MCP_EMBEDDER back, or embed the corpus again with `bio-mcp reindex`.',
  },
  {
    words: /query maximum results exceeded/i,
    code: 'INDEX_UNAVAILABLE',
    hint: 'Weaviate answers fewer results at once than this question needs: set its QUERY_MAXIMUM_RESULTS to 10000, which is its default.',
  },
  {
    // gRPC says the same of a proxy that refuses, and nothing of the proxy.
    words: /UNAVAILABLE: (?:No connection established|Name resolution failed)/i,
    code: 'WEAVIATE_UNAVAILABLE',
    hint: 'Weaviate cannot be reached by gRPC: start it where it is down, open its gRPC port (its GRPC_PORT, 50051), or correct BIO_MCP_WEAVIATE_GRPC_URL; where HTTPS_PROXY or HTTP_PROXY is set, let that proxy open tunnels to this port, or name the host in NO_PROXY.',
  },
  {
    words: /timed? ?out|deadline[ _]exceeded/i,
    code: 'WEAVIATE_TIMEOUT',
    hint: null,
  },
  {
    words: UNKNOWN_KEY,
    code: 'WEAVIATE_UNAVAILABLE',
    hint: 'Weaviate does not know this key: set BIO_MCP_WEAVIATE_API_KEY to one that it accepts.',
  },
  {
    words: DENIED_KEY,
    code: 'WEAVIATE_UNAVAILABLE',
    hint: 'Weaviate denies this key the call: it needs to read, write and manage the collections of BIO_MCP_WEAVIATE_COLLECTION.',
  },
  {
    words: /read-?only|no space left/i,
    inOrder: [
      ['disk', 'full'],
      ['disk', 'usage'],
    ],
    code: 'WEAVIATE_UNAVAILABLE',
    hint: 'Weaviate takes no writes, as it does when its disk is nearly full: give it space, set its shards to READY, and the work goes on.',
  },
  {
    words: /resource_?exhausted|too many requests|\b429\b|not enough memory/i,
    code: 'WEAVIATE_UNAVAILABLE',
    hint: 'Weaviate has more to do than it can; try again later.',
  },
];

function isSaid({ words, inOrder = [] }: SaidKind, reason: string): boolean {
  if (words.test(reason)) return true;
  const lower = reason.toLowerCase();
  return inOrder.some(([first, second]) => {
    const at = lower.indexOf(first);
    return at >= 0 && lower.includes(second, at + first.length);
  });
}

/** Beside those above: what a cluster says of itself where it cannot store an object now. */
const OF_SERVER =
  /connection|unavailable|unreachable|leader|replica|shard|context canceled|\bEOF\b|broken pipe|\bi\/o\b/i;

/** Whether words about one object speak of the server, which would take the object at another time. */
export function isOfServer(said: string): boolean {
  return OF_SERVER.test(said) || KINDS.some((kind) => isSaid(kind, said));
}

/** A request that is refused as a whole for what is in it: too large a message, or text that is none. */
const OF_CONTENT =
  /larger than (?:max|\d)|INVALID_ARGUMENT|unmarshal|invalid UTF-8|entity too large|\b413\b|\b422\b/i;

/** Whether a request was refused for what it holds, so that a part of it may be taken. */
export function isOfContent(said: string): boolean {
  return OF_CONTENT.test(said);
}

/** `fetch` too throws a TypeError, whose cause is what the network did. */
function isOwnMistake(cause: unknown): boolean {
  return cause instanceof TypeError && cause.cause === undefined;
}

export function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}

/** `fetch` says only "fetch failed"; what happened is its cause. */
function toReason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  const own = `${cause.name}: ${cause.message}${code}`;
  return cause.cause === undefined ? own : `${own}: ${toReason(cause.cause)}`;
}
