import type { Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { z } from 'zod';
import type { AccessToken, NewAccessToken } from '../access/access-tokens.ts';
import { SCOPE_NAMES } from '../domain/caller.ts';
import { findJson } from '../domain/find-json.ts';
import { BioMcpError, isErrorCode } from '../errors/bio-mcp-error.ts';
import { isPubmedErrorCode, PubmedError } from '../errors/pubmed-error.ts';
import type { Progress } from '../ingest/runs/progress.ts';

/** Raised when a message changes its meaning: an owner of another release says so instead of guessing. */
const PROTOCOL = 2;

const traced = { protocol: z.literal(PROTOCOL), trace_id: z.string() };
const scopes = z.array(z.enum(SCOPE_NAMES)).readonly();
/** Its text never comes by here. */
const newToken = z.object({
  name: z.string(),
  scopes,
  hash: z.string(),
  expiresAt: z.string().nullable(),
}) satisfies z.ZodType<NewAccessToken>;
export const accessToken = z.object({
  name: z.string(),
  scopes,
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  lastUsedOn: z.string().nullable(),
}) satisfies z.ZodType<AccessToken>;

const requestSchema = z.discriminatedUnion('kind', [
  z.object({
    ...traced,
    kind: z.literal('call'),
    tool: z.string(),
    params: z.unknown(),
    detach: z.boolean(),
    surface: z.enum(['cli', 'http']),
  }),
  z.object({ ...traced, kind: z.literal('follow'), job_id: z.string() }),
  z.object({ ...traced, kind: z.literal('cancel'), job_id: z.string() }),
  z.object({
    ...traced,
    kind: z.literal('list-pmids'),
    prefix: z.string(),
    limit: z.int().min(1).max(1_000),
  }),
  z.object({ ...traced, kind: z.literal('create-token'), token: newToken }),
  z.object({ ...traced, kind: z.literal('list-tokens') }),
  z.object({ ...traced, kind: z.literal('revoke-token'), name: z.string() }),
  z.object({ ...traced, kind: z.literal('hand-over') }),
]);

/** What one connection to an owner asks, in its first line. */
export type OwnerRequest = z.output<typeof requestSchema>;

const progressSchema = z.object({
  found: z.number(),
  fetched: z.number(),
  archived: z.number(),
  skipped: z.number(),
  indexed: z.number(),
  failed: z.number(),
  pct: z.number(),
  message: z.string(),
}) satisfies z.ZodType<Progress>;

const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), job_id: z.string() }),
  z.object({ kind: z.literal('progress'), progress: progressSchema }),
  z.object({ kind: z.literal('answer'), answer: z.unknown() }),
  z.object({
    kind: z.literal('error'),
    code: z.string(),
    hint: z.string(),
    message: z.string(),
    /** Where NCBI told when to ask again. An owner of an earlier release leaves it out. */
    retry_after_ms: z.number().optional(),
  }),
]);

/** What an owner says: any number of `job` and `progress`, then one `answer` or `error`. */
export type OwnerReply = z.output<typeof replySchema>;

/** A request as its sender makes it; `sendRequest` adds the number of the protocol. */
export type UnversionedRequest = OwnerRequest extends infer One
  ? One extends OwnerRequest
    ? Omit<One, 'protocol'>
    : never
  : never;

export function sendRequest(socket: Socket, request: UnversionedRequest): void {
  socket.write(`${JSON.stringify({ ...request, protocol: PROTOCOL })}\n`);
}

export function sendReply(socket: Socket, reply: OwnerReply): void {
  if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
}

/** Twice what a message of MCP may have, which comes here in other words. */
const MOST_REQUEST_BYTES = 8 * 1_048_576;

/**
 * The first line of a connection; `null` when it ends before one. Throws `VALIDATION` for what this release
 * does not know.
 */
export async function readRequest(socket: Socket): Promise<OwnerRequest | null> {
  const line = await readFirstLine(socket);
  if (line === null) return null;
  const parsed = requestSchema.safeParse(findJson(line));
  if (parsed.success) return parsed.data;
  throw new BioMcpError(
    'VALIDATION',
    'The process that has the data folder is of another release of bio-mcp: stop it, then run the same command again.',
    { message: z.prettifyError(parsed.error) },
  );
}

/** What follows is read and dropped, so that the end of the connection is seen. */
function readFirstLine(socket: Socket): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const settle = (tell: () => void) => {
      socket.off('data', take).off('close', close).off('end', close).resume();
      pieces.length = 0;
      tell();
    };
    const close = () => settle(() => resolve(null));
    const take = (piece: Buffer) => {
      const end = piece.indexOf(LINE_END);
      const part = end < 0 ? piece : piece.subarray(0, end);
      bytes += part.length;
      if (bytes > MOST_REQUEST_BYTES) return settle(() => reject(toTooLong()));
      pieces.push(part);
      if (end < 0) return;
      const line = Buffer.concat(pieces).toString();
      settle(() => resolve(line));
    };
    socket.on('data', take).once('close', close).once('end', close);
  });
}

const LINE_END = '\n'.charCodeAt(0);

function toTooLong(): BioMcpError {
  return new BioMcpError(
    'VALIDATION',
    'The call is too long for the process that has the data folder, which takes 8 MiB: send less at once.',
  );
}

/** Until the owner ends the connection; a line that was cut off by its death counts as none. */
export async function* readReplies(socket: Socket): AsyncGenerator<OwnerReply> {
  for await (const line of toLines(socket)) {
    const parsed = replySchema.safeParse(findJson(line));
    if (!parsed.success) return;
    yield parsed.data;
  }
}

/** A socket that is destroyed ends no line by itself. */
function toLines(socket: Socket): Interface {
  const lines = createInterface({ input: socket });
  socket.once('close', () => lines.close());
  return lines;
}

export function toErrorReply(error: unknown): OwnerReply {
  if (error instanceof BioMcpError) {
    const { code, hint, message } = error;
    const retryAfterMs = error instanceof PubmedError ? error.retryAfterMs : null;
    const retry = retryAfterMs === null ? {} : { retry_after_ms: retryAfterMs };
    return { kind: 'error', code, hint, message, ...retry };
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = 'Something went wrong in the process that has the data folder; its log has the details.';
  return { kind: 'error', code: 'INTERNAL', hint, message };
}

/** As the owner threw it: the same code, so the same exit code and error envelope. */
export function toThrown({
  code,
  hint,
  message,
  retry_after_ms: retryAfterMs,
}: Extract<OwnerReply, { kind: 'error' }>): BioMcpError {
  if (retryAfterMs !== undefined && isPubmedErrorCode(code))
    return new PubmedError(code, { message, retryAfterMs });
  return new BioMcpError(isErrorCode(code) ? code : 'INTERNAL', hint, { message });
}
