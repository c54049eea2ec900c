import type { IncomingHttpHeaders } from 'node:http';
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type Implementation,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Era, type Exchange, TASKS_EXTENSION } from './exchange.ts';

/** A call of a tool in its plainest form, of which nothing has to be negotiated, streamed or refused. */
export interface DirectCall {
  era: Era;
  id: string | number;
  name: string;
  params: Record<string, unknown>;
  takesTasks: boolean;
}

const MODERN_VERSION = '2026-07-28';
const LEGACY_VERSIONS: readonly unknown[] = ['2025-11-25', '2025-06-18'];

const params = { name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) };
const message = {
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.int()]),
  method: z.literal('tools/call'),
};
const legacyCall = z.strictObject({ ...message, params: z.strictObject(params) });
/** Whatever else a client says of itself goes by the SDK, which knows all of it. */
const modernCall = z.strictObject({
  ...message,
  params: z.strictObject({
    ...params,
    _meta: z.strictObject({
      [PROTOCOL_VERSION_META_KEY]: z.literal(MODERN_VERSION),
      [CLIENT_CAPABILITIES_META_KEY]: z.record(z.string(), z.unknown()),
      [CLIENT_INFO_META_KEY]: z.looseObject({ name: z.string(), version: z.string() }).optional(),
    }),
  }),
});
const declaresTasks = z.object({ extensions: z.object({ [TASKS_EXTENSION]: z.object({}) }) });

/**
 * The call that a message is, where it is one that can be answered at once; `null` where it is
 * anything else, or where anything about it is unusual, so that the SDK has to say what is right. The
 * SDK makes a server and web objects for each message, which costs five times as much as all the rest
 * of a short call (docs/benchmarks.md).
 */
export function findDirectCall(headers: IncomingHttpHeaders, body: unknown): DirectCall | null {
  const accepted = headers.accept ?? '';
  if (!accepted.includes('application/json') || !accepted.includes('text/event-stream')) return null;
  if (headers['mcp-session-id'] !== undefined) return null;
  const version = headers['mcp-protocol-version'];
  if (version === MODERN_VERSION) {
    const { data } = modernCall.safeParse(body);
    if (data === undefined) return null;
    const { name, arguments: given, _meta } = data.params;
    if (headers['mcp-method'] !== 'tools/call' || headers['mcp-name'] !== name) return null;
    const takesTasks = declaresTasks.safeParse(_meta[CLIENT_CAPABILITIES_META_KEY]).success;
    return { era: 'modern', id: data.id, name, params: given, takesTasks };
  }
  if (version !== undefined && !LEGACY_VERSIONS.includes(version)) return null;
  const { data } = legacyCall.safeParse(body);
  if (data === undefined) return null;
  return {
    era: 'legacy',
    id: data.id,
    name: data.params.name,
    params: data.params.arguments,
    takesTasks: false,
  };
}

/** What the client did not ask for does nothing: no progress, no log. */
export function toDirectExchange(
  { era, takesTasks }: DirectCall,
  {
    ending,
    waiting,
    traceId,
    parentSpanId,
    by,
    noteFailure,
  }: Pick<Exchange, 'waiting' | 'traceId' | 'parentSpanId' | 'by' | 'noteFailure'> & {
    ending: AbortSignal;
  },
): Exchange {
  // In the older era a client that hangs up takes nothing back.
  const signal = era === 'legacy' ? AbortSignal.any([ending]) : waiting;
  return {
    signal,
    waiting,
    traceId,
    parentSpanId,
    by,
    takesTasks,
    noteFailure,
    reportProgress() {},
    log() {},
  };
}

/** The answer as the SDK would send it. */
export function toDirectAnswer(
  { era, id }: DirectCall,
  result: CallToolResult,
  identity: Implementation,
): string {
  const told =
    era === 'legacy'
      ? result
      : { resultType: 'complete', ...result, _meta: { [SERVER_INFO_META_KEY]: identity } };
  return JSON.stringify({ result: told, jsonrpc: '2.0', id });
}
