import type { Socket } from 'node:net';
import { onceAborted } from '../domain/concurrency/once-aborted.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Progress } from '../ingest/runs/progress.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { type OwnerRequest, readRequest, sendReply, toErrorReply } from './messages.ts';

export interface AnswerClientNeeds {
  /** Resolves once the corpus is open; until then clients wait. */
  invoker: () => Promise<ToolInvoker>;
  /**
   * Resolves as soon as it is decided to give the folder up; throws the sentence for one who may not have it.
   */
  handOver: () => Promise<void>;
  logger: Logger;
  /** Aborts where the owner leaves: those who follow a job go on at the next one. */
  leaving: AbortSignal;
}

/**
 * The owner's side of one connection: one request, its answer, the end. The tools of a client that hangs up
 * stop, its jobs go on. A connection that says nothing only asks whether somebody lives here.
 */
export async function answerClient(socket: Socket, needs: AnswerClientNeeds): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  try {
    const request = await readRequest(socket);
    if (request === null) return;
    const answer = await carryOut(request, socket, needs, gone.signal);
    sendReply(socket, { kind: 'answer', answer });
  } catch (error) {
    if (gone.signal.aborted) return;
    // Without a reply the client asks the next owner, once the folder is given up and all connections end.
    if (needs.leaving.aborted) return await onceAborted(gone.signal);
    if (!(error instanceof BioMcpError)) needs.logger.error({ err: error }, 'a command of a client failed');
    sendReply(socket, toErrorReply(error));
  } finally {
    socket.end();
  }
}

async function carryOut(
  request: OwnerRequest,
  socket: Socket,
  { invoker, handOver, leaving }: AnswerClientNeeds,
  signal: AbortSignal,
): Promise<unknown> {
  if (request.kind === 'hand-over') return handOver();
  const options = {
    signal,
    leaving,
    onJob: (job_id: string) => sendReply(socket, { kind: 'job', job_id }),
    onProgress: (progress: Progress) => sendReply(socket, { kind: 'progress', progress }),
  };
  const given = await invoker();
  if (request.kind === 'follow') return given.follow(request.job_id, options);
  if (request.kind === 'cancel') return given.cancel(request.job_id, options);
  if (request.kind === 'list-pmids') return given.listPmids(request, options);
  if (request.kind === 'create-token') return given.tokens.create(request.token, options);
  if (request.kind === 'list-tokens') return given.tokens.list(options);
  if (request.kind === 'revoke-token') return given.tokens.revoke(request.name, options);
  const { tool, params, detach, surface, trace_id: traceId } = request;
  return given.call({ tool, params, traceId, detach, surface }, options);
}
