import { setTimeout as delay } from 'node:timers/promises';
import {
  InsufficientScopeError,
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  type RequestId,
  SdkHttpError,
  type StreamableHTTPClientTransport,
  SUBSCRIPTION_ID_META_KEY,
  type Transport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { findJson } from '../domain/find-json.ts';
import { codeOf } from '../errors/code-of.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createRepeatableRequests } from './repeatable-requests.ts';

export interface BridgeNeeds {
  /** The client that started this program. */
  local: Transport;
  /** The server. */
  remote: StreamableHTTPClientTransport;
  /** Resolves once its user has signed in; `null` where there is nothing to sign in to. */
  signIn: ((options: CallOptions) => Promise<void>) | null;
  /** While a server restarts, a request that did not get through to it waits so long. Default 30 s. */
  patienceMs?: number;
  logger: Logger;
}

const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** JSON-RPC's own code for what is nobody's fault in the message: the other side could not be asked. */
const INTERNAL_ERROR = -32_603;
const LISTEN = 'subscriptions/listen';
const LOST = 'The server ended before it answered; what was asked for may have been done or not. Try again.';

const cancelled = z.object({
  method: z.literal('notifications/cancelled'),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});
const acknowledged = z.object({
  method: z.literal('notifications/subscriptions/acknowledged'),
  params: z.object({ _meta: z.object({ [SUBSCRIPTION_ID_META_KEY]: z.union([z.string(), z.number()]) }) }),
});
const refusal = z.object({ error: z.object({ code: z.number(), message: z.string(), data: z.unknown() }) });

/**
 * Hands every message on, both ways and as it is: each request of the client is a request over HTTP of its
 * own. A client that takes one back ends that; where a stream of changes ends with the server, it is asked
 * for again until the client takes it back. Resolves when the client has hung up or `signal` aborts.
 */
export async function runBridge(needs: BridgeNeeds, { signal }: CallOptions): Promise<void> {
  const { local, remote, logger } = needs;
  const ended = Promise.withResolvers<void>();
  const ending = new AbortController();
  /** What waits for its answer; `null`: of the older era, in which nothing ends a request over HTTP. */
  const running = new Map<RequestId, AbortController | null>();
  /** Listeners, and whether each was acknowledged: a second time is no news. */
  const listening = new Map<RequestId, boolean>();
  const requests = createRepeatableRequests();
  let initializing: RequestId | null = null;

  remote.onmessage = (message) => {
    requests.hear(message);
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) settle(message);
    const listener = acknowledged.safeParse(message).data?.params._meta[SUBSCRIPTION_ID_META_KEY];
    if (listener !== undefined && listening.get(listener) === true) {
      logger.info({}, 'the stream of changes goes on');
      return;
    }
    if (listener !== undefined && listening.has(listener)) listening.set(listener, true);
    void local.send(message);
  };
  remote.onerror = (error) =>
    logger.debug({ err: error }, 'a message could not be exchanged with the server');
  local.onmessage = (message) => void take(message);
  local.onclose = ended.resolve;
  signal.addEventListener('abort', () => ended.resolve(), { once: true });

  function settle(message: { id?: RequestId | undefined; result?: unknown }): void {
    if (message.id === undefined) return;
    running.delete(message.id);
    if (message.id !== initializing) return;
    initializing = null;
    const version = z.object({ protocolVersion: z.string() }).safeParse(message.result).data;
    if (version !== undefined) remote.setProtocolVersion(version.protocolVersion);
  }

  async function take(message: JSONRPCMessage): Promise<void> {
    if (isJSONRPCRequest(message)) return request(message);
    const taken = cancelled.safeParse(message).data?.params.requestId;
    const open = taken === undefined ? undefined : running.get(taken);
    if (taken !== undefined) {
      running.delete(taken);
      listening.delete(taken);
    }
    // In the newer era whoever takes a request back hangs up; in the older one it is a message like any
    // other.
    if (open !== undefined && open !== null) {
      open.abort();
      return;
    }
    await remote
      .send(message)
      .catch((error: unknown) => logger.debug({ err: error }, 'a notification is lost'));
  }

  async function request(message: JSONRPCRequest): Promise<void> {
    const { id, method } = message;
    requests.hear(message);
    const own = new AbortController();
    running.set(id, isModern(message) ? own : null);
    if (isInitializeRequest(message)) initializing = id;
    if (method === LISTEN) listening.set(id, false);
    const until = AbortSignal.any([own.signal, ending.signal]);
    await handOn(message, until);
  }

  /** The client is told where that fails for good. */
  async function handOn(message: JSONRPCRequest, until: AbortSignal): Promise<void> {
    const { id, method } = message;
    try {
      const isWanted = () => running.has(id);
      const onStreamEnd = () => reopen(message, until);
      const mayRepeat = requests.mayRepeat(message);
      await sendUntilTaken(message, { ...needs, isWanted, onStreamEnd, mayRepeat }, until);
    } catch (error) {
      if (until.aborted || !running.has(id)) return;
      running.delete(id);
      listening.delete(id);
      logger.warn({ err: error, method }, 'a request could not be handed on');
      await local.send({ jsonrpc: '2.0', id, error: toRpcError(error) });
    }
  }

  /**
   * Where a stream ended without an answer: of changes it is asked for again, of anything else the answer is
   * lost.
   */
  function reopen(message: JSONRPCRequest, until: AbortSignal): void {
    const { id, method } = message;
    if (until.aborted || !running.has(id)) return;
    if (method === LISTEN && listening.has(id)) {
      logger.info({}, 'the stream of changes ended with the server, and is asked for again');
      void handOn(message, until);
      return;
    }
    running.delete(id);
    void local.send({ jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message: LOST } });
  }

  await remote.start();
  await local.start();
  if (signal.aborted) ended.resolve();
  await ended.promise;
  ending.abort();
  await remote.close();
  await local.close();
}

interface SendingNeeds {
  /** Whether the client still waits for the answer. */
  isWanted: () => boolean;
  onStreamEnd: () => void;
  /** Where its connection broke, and nobody knows whether the server had it: once. */
  mayRepeat: boolean;
}

/**
 * A listener waits as long as the client does, any other request as long as `patienceMs`. What the client
 * took back meanwhile is not sent again.
 */
async function sendUntilTaken(
  message: JSONRPCRequest,
  {
    remote,
    signIn,
    patienceMs = PATIENCE_MS,
    isWanted,
    onStreamEnd,
    mayRepeat,
  }: Pick<BridgeNeeds, 'remote' | 'signIn' | 'patienceMs'> & SendingNeeds,
  until: AbortSignal,
): Promise<void> {
  const isListener = message.method === LISTEN;
  const deadline = performance.now() + patienceMs;
  let hasSignedIn = false;
  let wasCut = false;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await remote.send(message, { requestSignal: until, onRequestStreamEnd: onStreamEnd });
    } catch (error) {
      until.throwIfAborted();
      if (error instanceof UnauthorizedError && signIn !== null && !hasSignedIn) {
        await signIn({ signal: until });
        hasSignedIn = true;
        continue;
      }
      const isRepeated = isCut(error) && mayRepeat && !wasCut;
      wasCut ||= isCut(error);
      const mayWait = isListener
        ? !isRefusal(error)
        : isAway(error) || (isBusy(error) && message.method !== 'tools/call');
      const isLate = performance.now() > deadline && !isListener;
      if (!isRepeated && (!mayWait || isLate)) throw error;
    }
    await delay(pauseMs, undefined, { signal: until });
    if (!isWanted()) return;
  }
}

function isModern({ params }: JSONRPCRequest): boolean {
  return typeof params?._meta?.[PROTOCOL_VERSION_META_KEY] === 'string';
}

/** Whether the server had nothing of the request, so that it can be sent again. */
function isAway(error: unknown): boolean {
  const code = error instanceof Error ? codeOf(error.cause) : '';
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
}

/** Whether the connection broke before an answer, as one does that was kept while the server restarted. */
function isCut(error: unknown): boolean {
  const code = error instanceof Error ? codeOf(error.cause) : '';
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code);
}

/** It, or a proxy in front of it, has nobody to answer at the moment. */
function isBusy(error: unknown): boolean {
  return error instanceof SdkHttpError && (error.status === 502 || error.status === 503);
}

/** Asking once more would be answered no better; 408 and 429 tell of the moment alone. */
function isRefusal(error: unknown): boolean {
  if (error instanceof UnauthorizedError || error instanceof InsufficientScopeError) return true;
  if (!(error instanceof SdkHttpError)) return false;
  const { status = 0 } = error;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** For the model and its user: what went wrong, and what to do. */
function toRpcError(error: unknown): { code: number; message: string; data?: unknown } {
  if (error instanceof SdkHttpError) {
    const told = findRefusal(error.data.text);
    if (told !== null) return told;
  }
  return { code: INTERNAL_ERROR, message: toSentence(error) };
}

function findRefusal(text: unknown): { code: number; message: string; data?: unknown } | null {
  return typeof text === 'string' ? (refusal.safeParse(findJson(text)).data?.error ?? null) : null;
}

function toSentence(error: unknown): string {
  if (error instanceof InsufficientScopeError)
    return `The credential does not reach so far: the server asks for the scope ${error.requiredScope ?? 'that the tool needs'}.`;
  const isRefused =
    error instanceof UnauthorizedError || (error instanceof SdkHttpError && error.status === 401);
  if (isRefused) return 'The server refuses the credential: see BIO_MCP_TOKEN, or sign in again.';
  if (isAway(error)) return 'The server does not answer; see whether it runs and can be reached from here.';
  if (isCut(error)) return LOST;
  if (error instanceof SdkHttpError)
    return `The server answered ${error.status ?? 'with something that is no answer'}.`;
  return 'The server could not be asked; the log of `bio-mcp connect` says why.';
}
