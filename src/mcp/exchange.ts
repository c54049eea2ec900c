import {
  type AuthInfo,
  CLIENT_CAPABILITIES_META_KEY,
  type LoggingLevel,
  type ServerContext,
  TRACEPARENT_META_KEY,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Caller, listScopeNames } from '../domain/caller.ts';
import { createTraceId, findParentSpan, toTraceId } from '../domain/traceparent.ts';

export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';
/** How the HTTP route hands a request's trace id on; whatever a caller sends under this name is replaced. */
export const TRACE_ID_HEADER = 'x-trace-id';

/** `legacy`: 2025-11-25 and before, `modern`: 2026-07-28. */
export type Era = 'legacy' | 'modern';
export type Wire = 'stdio' | 'http';

/** One request of a client, as the desks see it. */
export interface Exchange {
  /**
   * Aborted when the client takes the request back, or (2026-07-28 alone) hangs up, or the process lets
   * go of it.
   */
  signal: AbortSignal;
  /** The same, and aborted in either era when the client hangs up: for what only reads and waits. */
  waiting: AbortSignal;
  /** 32 hexadecimal digits. */
  traceId: string;
  /** Whose work the request continues, elsewhere. */
  parentSpanId?: string | undefined;
  /** Who asks, over HTTP; absent: the operator, over stdio. */
  by?: Caller | undefined;
  /** Whether the client takes a task for an answer; none of the older era can follow one. */
  takesTasks: boolean;
  /** Tells the client how far its request is; does nothing where it did not ask for that. */
  reportProgress(progress: { pct: number; message: string }): void;
  /** The request is answered with an error of this code, which its log line and its count tell. */
  noteFailure(errorCode: string): void;
  /** Where the client listens to the log. */
  log(level: LoggingLevel, data: Record<string, unknown>): void;
}

export interface ExchangeOptions {
  era: Era;
  wire: Wire;
  /** Aborts when the process waits for no request any more. */
  ending: AbortSignal;
  /** Hears what could not be sent. */
  onError: (error: unknown) => void;
}

export function toExchange(
  context: ServerContext,
  { era, wire, ending, onError }: ExchangeOptions,
): Exchange {
  const { _meta, envelope } = context.mcpReq;
  const waiting = AbortSignal.any([context.mcpReq.signal, ending]);
  const progressToken = _meta?.progressToken;
  let toldPct = -1;
  const traceparent = _meta?.[TRACEPARENT_META_KEY];
  const traceId = context.http?.req?.headers.get(TRACE_ID_HEADER) ?? toTraceId(traceparent);
  return {
    // In the older era hanging up takes nothing back, and over HTTP without sessions no other
    // word can arrive.
    signal: era === 'legacy' && wire === 'http' ? AbortSignal.any([ending]) : waiting,
    waiting,
    by: findHandedOn(context)?.by,
    traceId,
    parentSpanId: findHandedOn(context)?.parentSpanId ?? findParentSpan(traceparent, traceId),
    takesTasks: era === 'modern' && knowsTasks(envelope),
    reportProgress({ pct, message }) {
      // The protocol wants each number above the one before.
      if (progressToken === undefined || pct <= toldPct) return;
      toldPct = pct;
      const params = { progressToken, progress: pct, total: 100, ...(message === '' ? {} : { message }) };
      context.mcpReq.notify({ method: 'notifications/progress', params }).catch(onError);
    },
    noteFailure: (errorCode) => findHandedOn(context)?.noteFailure(errorCode),
    log(level, data) {
      context.mcpReq.log(level, data, 'bio-mcp').catch(onError);
    },
  };
}

/** An exchange that no client asked for. */
export function toOwnExchange(signal: AbortSignal): Exchange {
  const traceId = createTraceId();
  return {
    signal,
    waiting: signal,
    traceId,
    takesTasks: false,
    reportProgress() {},
    noteFailure() {},
    log() {},
  };
}

interface HandedOn {
  by: Caller;
  parentSpanId: string | undefined;
  noteFailure: Exchange['noteFailure'];
}

/** How the HTTP route hands on who asks: by the SDK's own member for it. */
export function toAuthInfo({ by, parentSpanId, noteFailure }: HandedOn): AuthInfo {
  const extra = { by, parentSpanId, noteFailure };
  // The token itself is nobody's business any more.
  return { token: '', clientId: by.name ?? '', scopes: [...listScopeNames(by.scope)], extra };
}

function findHandedOn({ http }: ServerContext): HandedOn | undefined {
  return http?.authInfo?.extra as HandedOn | undefined; // `toAuthInfo` put it there
}

const declared = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z.object({ extensions: z.object({ [TASKS_EXTENSION]: z.object({}) }) }),
});

function knowsTasks(envelope: unknown): boolean {
  return declared.safeParse(envelope).success;
}
