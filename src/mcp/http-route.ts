import type { IncomingMessage } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  type Implementation,
  INTERNAL_ERROR,
  INVALID_REQUEST,
  type McpServerFactory,
  PARSE_ERROR,
} from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, SCOPES, type Scope } from '../domain/caller.ts';
import { findParentSpan, findTraceId, toTraceId } from '../domain/traceparent.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../errors/error-envelope.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Changes } from './changes.ts';
import { CANCEL } from './desks/job-task.ts';
import type { ToolDesk } from './desks/tool-desk.ts';
import { type DirectCall, findDirectCall, toDirectAnswer, toDirectExchange } from './direct-call.ts';
import { TRACE_ID_HEADER, toAuthInfo } from './exchange.ts';
import { isTooDeep, TOO_DEEP } from './nesting.ts';

export interface McpRouteOptions {
  /** A server for one request. */
  createServer: McpServerFactory;
  identity: Implementation;
  tools: ToolDesk;
  changes: Changes;
  /** A client that listens for changes holds a slot of its own kind, and gives the request's back. */
  enterStream(by: Caller | null): Disposable;
  /** What a call needs that names a tool. */
  findTool(given: string): Use | null;
  logger: Logger;
}

interface Use {
  name: string;
  scope: Scope;
}

const PATH = '/mcp';
/** Of one message; a larger one is refused before it is read to its end. */
const MOST_BODY_BYTES = 4 * 1_048_576;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

const rpcError = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).nullable(),
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
});
const REFUSALS = {
  400: 'A message that breaks the protocol, or a version of it that this server does not speak.',
  401: 'No credential that holds.',
  403: 'A foreign host or origin, or a tool whose scope the credential does not have.',
  404: 'A method that there is not.',
  406: 'The client does not accept both application/json and text/event-stream.',
  413: 'A message of more than 4 MiB.',
  415: 'A body that is no JSON.',
  429: 'Too many requests at once.',
  500: 'Something went wrong on our side.',
  503: 'The process is being stopped.',
};
const schema = {
  operationId: 'mcp',
  tags: ['tools'],
  summary: 'The Model Context Protocol over Streamable HTTP',
  description:
    'One JSON-RPC message a request, in the protocol of 2026-07-28 or of 2025-11-25, without sessions: https://modelcontextprotocol.io/specification. For MCP clients; the tools are the same as at /v1/mcp/invoke.',
  answers: {
    200: 'The answer, as JSON or as a stream of events.',
    202: 'A notification was taken.',
    ...REFUSALS,
  },
  response: Object.fromEntries(Object.keys(REFUSALS).map((status) => [status, rpcError])),
};

/**
 * `POST /mcp`, for both eras and without sessions, so that any replica answers any request. It stands
 * in an app that checks hosts and origins and counts requests; what that app refuses leaves as an
 * error of JSON-RPC.
 */
export async function mcpRoute(app: FastifyInstance, options: McpRouteOptions): Promise<void> {
  const { createServer, identity, tools, changes, enterStream, findTool, logger } = options;
  const handler = createMcpHandler(createServer, {
    onerror: (error) => logger.debug({ err: error }, 'a message could not be served'),
  });
  const serve = toNodeHandler(handler, {
    onerror: (error) => logger.error({ err: error }, 'a request failed'),
  });
  const listening = new Set<FastifyReply>();
  let isClosing = false;

  const subscription = changes.subscribe((uri) => handler.notify.resourceUpdated(uri));
  app.addHook('preClose', async () => {
    isClosing = true;
    // The connection goes with the stream: it said that it may stay, and the server waits for every
    // one that does.
    for (const { raw } of listening) raw.end(() => raw.socket?.destroySoon());
  });
  app.addHook('onClose', async () => {
    subscription[Symbol.dispose]();
    await handler.close();
  });
  app.setErrorHandler((error, request, reply) => sendRpcError(error, request, reply, logger));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );

  app.post<{ Body: Buffer | undefined }>(
    PATH,
    { schema, config: { scope: 'read' } },
    async (request, reply) => {
      const body = isJson(request.headers['content-type']) ? parseBody(request.body) : {};
      takeTrace(body, request, reply);
      if (Array.isArray(body)) refuseBatch(request.headers['mcp-protocol-version']);
      const uses = listUses(body);
      request.toolName = uses.length === 1 ? (uses[0]?.name ?? null) : null;
      // A step up asks for all that the message needs at once.
      for (const use of uses.toSorted(byScope)) request.requireScope(use);
      const direct = request.toolName === null ? null : findDirectCall(request.headers, body);
      if (direct !== null) return answerDirectly(direct, request, reply);
      if (lookInto(body).method === 'subscriptions/listen') listen(request, reply);
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      if (isClosing) reply.raw.setHeader('connection', 'close');
      request.raw.headers[TRACE_ID_HEADER] = request.id;
      // The cast holds because a request that was routed has both.
      const raw = request.raw as RoutedRequest;
      const { by: caller } = request;
      const noteFailure = toNoteFailure(request);
      const by =
        caller === null
          ? {}
          : { auth: toAuthInfo({ by: caller, parentSpanId: findParent(request), noteFailure }) };
      await serve(Object.assign(raw, by), reply.raw, body);
    },
  );

  async function answerDirectly(call: DirectCall, request: FastifyRequest, reply: FastifyReply) {
    const { id: traceId } = request;
    const hangUp = new AbortController();
    request.cancel = (reason) => hangUp.abort(reason);
    reply.raw.once('close', () => {
      if (!reply.raw.writableEnded) hangUp.abort();
    });
    try {
      const exchange = toDirectExchange(call, {
        ending: app.lettingGo,
        waiting: hangUp.signal,
        traceId,
        parentSpanId: findParent(request),
        by: request.by ?? undefined,
        noteFailure: toNoteFailure(request),
      });
      const result = await tools.call({ name: call.name, params: call.params }, exchange);
      return reply.type('application/json').send(toDirectAnswer(call, result, identity));
    } catch (error) {
      if (hangUp.signal.aborted) return reply.hijack();
      throw error;
    }
  }

  /** What a message, or each of a batch, needs beyond reading what all may read. */
  function listUses(body: unknown): Use[] {
    return [body].flat().flatMap((message) => {
      const { method, tool } = lookInto(message);
      if (method === CANCEL.name) return [CANCEL];
      return tool === null ? [] : (findTool(tool) ?? []);
    });
  }

  function listen(request: FastifyRequest, reply: FastifyReply): void {
    const slot = enterStream(request.by);
    request.slot?.[Symbol.dispose]();
    listening.add(reply);
    request.cancel = () => reply.raw.end();
    reply.raw.once('close', () => {
      listening.delete(reply);
      slot[Symbol.dispose]();
    });
  }
}

/** A client may name its trace in the message instead, as the protocol has it. */
function takeTrace(body: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { traceparent } = lookInto(body);
  const { headers } = request;
  if (traceparent === null || findTraceId(traceparent) === null) return;
  if (typeof headers.traceparent === 'string' && findTraceId(headers.traceparent) !== null) return;
  headers.traceparent = traceparent;
  request.id = toTraceId(traceparent);
  reply.header('x-trace-id', request.id);
}

function findParent({ headers, id }: FastifyRequest): string | undefined {
  return findParentSpan(headers.traceparent, id);
}

function toNoteFailure(request: FastifyRequest) {
  return (errorCode: string) => {
    request.errorCode = errorCode;
  };
}

/** The furthest first. */
function byScope(one: Use, other: Use): number {
  return SCOPES.indexOf(other.scope) - SCOPES.indexOf(one.scope);
}

type RoutedRequest = IncomingMessage & { method: string; url: string };

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/**
 * What the message is about, as far as the log and the limits want to know it before anything has checked it.
 */
const glance = z.object({
  method: z.string(),
  params: z
    .object({
      name: z.string().optional().catch(undefined),
      _meta: z.object({ traceparent: z.string() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

function lookInto(body: unknown) {
  const { data } = glance.safeParse(body);
  if (data === undefined) return { method: null, tool: null, traceparent: null };
  const { method, params } = data;
  const tool = method === 'tools/call' ? (params?.name ?? null) : null;
  return { method, tool, traceparent: params?._meta?.traceparent ?? null };
}

/** Only 2025-03-26 has batches, the version that did not name itself in a header yet. */
function refuseBatch(version: string | string[] | undefined): void {
  if (version === undefined || version === '2025-03-26') return;
  throw new MessageError(400, INVALID_REQUEST, 'Invalid request: batches are not part of the protocol');
}

class MessageError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.code = code;
  }
}

function parseBody(body: Buffer | undefined): unknown {
  let message: unknown;
  try {
    message = JSON.parse(strictUtf8.decode(body));
  } catch (error) {
    throw new MessageError(400, PARSE_ERROR, 'Parse error: the body is no JSON in UTF-8', error);
  }
  if (isTooDeep(message)) throw new MessageError(400, INVALID_REQUEST, TOO_DEEP);
  return message;
}

/** What is refused before a message is known has no id. */
function sendRpcError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const { status, code, message, data, retryAfterSeconds } = toRefusal(error, request.id);
  if (status >= 500) logger.error({ err: error, trace_id: request.id }, 'a request failed');
  request.errorCode = data?.error_code ?? null;
  reply.challenge(error);
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  const text = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message, data } });
  return reply.code(status).type('application/json').send(text);
}

interface Refusal {
  status: number;
  code: number;
  message: string;
  data: { error_code: string; trace_id: string } | undefined;
  retryAfterSeconds: number | null;
}

function toRefusal(error: unknown, traceId: string): Refusal {
  const plain = { data: undefined, retryAfterSeconds: null };
  if (error instanceof MessageError)
    return { ...plain, status: error.status, code: error.code, message: error.message };
  const { statusCode } = error as { statusCode?: unknown }; // Fastify's own errors have one
  if (!(error instanceof BioMcpError) && typeof statusCode === 'number' && statusCode < 500) {
    const message = statusCode === 413 ? 'Invalid request: the body is larger than 4 MiB' : 'Invalid request';
    return { ...plain, status: statusCode, code: INVALID_REQUEST, message };
  }
  const { status, body, retryAfterSeconds } = toErrorEnvelope(error, { traceId, tool: null });
  const { message, error_code, trace_id } = body;
  const code = status < 500 && status !== 429 ? INVALID_REQUEST : INTERNAL_ERROR;
  return { status, code, message, data: { error_code, trace_id }, retryAfterSeconds };
}
