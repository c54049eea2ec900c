import { once } from 'node:events';
import { connect } from 'node:net';
import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { codeOf } from '../errors/code-of.ts';
import type { FollowOptions, ToolInvoker } from '../tools/tool-invoker.ts';
import type { FolderOwner } from './folder-lock.ts';
import { accessToken, readReplies, sendRequest, toThrown, type UnversionedRequest } from './messages.ts';
import { isTrustedAddress } from './owner-address.ts';

/** The owner ended, or gave the folder up, before it answered: the next owner is to be asked. */
export class OwnerGoneError extends Error {
  /** Whether it had the request, so that it may have carried it out. */
  readonly wasAsked: boolean;

  constructor({ wasAsked, cause }: { wasAsked: boolean; cause?: unknown }) {
    super('the process that had the data folder is gone', { cause });
    this.name = 'OwnerGoneError';
    this.wasAsked = wasAsked;
  }
}

/**
 * Calls tools through the process that has the folder. Throws what they throw there, and `OwnerGoneError`.
 */
export function createOwnerInvoker(owner: FolderOwner): ToolInvoker {
  return {
    call: ({ tool, params, traceId, detach, surface }, options) =>
      ask(owner, { kind: 'call', tool, params, detach, surface, trace_id: traceId }, options),
    follow: (jobId, options) => ask(owner, { kind: 'follow', job_id: jobId, trace_id: '' }, options),
    async cancel(jobId, options) {
      await ask(owner, { kind: 'cancel', job_id: jobId, trace_id: '' }, options);
    },
    async listPmids({ prefix, limit }, options) {
      return pmidList.parse(await ask(owner, { kind: 'list-pmids', prefix, limit, trace_id: '' }, options));
    },
    tokens: {
      create: async (token, options) =>
        accessToken.parse(await ask(owner, { kind: 'create-token', token, trace_id: '' }, options)),
      list: async (options) =>
        z.array(accessToken).parse(await ask(owner, { kind: 'list-tokens', trace_id: '' }, options)),
      revoke: async (name, options) =>
        accessToken.parse(await ask(owner, { kind: 'revoke-token', name, trace_id: '' }, options)),
    },
  };
}

const pmidList = z.array(z.string());

/**
 * Resolves once the owner has let the folder go, by handing it over or by ending. Throws where it may not.
 */
export async function askForFolder(owner: FolderOwner, { signal }: CallOptions): Promise<void> {
  await ask(owner, { kind: 'hand-over', trace_id: '' }, { signal }).catch((error: unknown) => {
    if (!(error instanceof OwnerGoneError)) throw error;
  });
}

async function ask(
  { address }: FolderOwner,
  request: UnversionedRequest,
  { signal, onJob, onProgress }: FollowOptions,
): Promise<unknown> {
  signal.throwIfAborted();
  if (!(await isTrustedAddress(address))) throw new OwnerGoneError({ wasAsked: false });
  const socket = connect(address);
  const stop = () => socket.destroy();
  // A broken connection closes; that is seen where its lines end.
  socket.on('error', stop);
  let wasAsked = false;
  signal.addEventListener('abort', stop, { once: true });
  try {
    await once(socket, 'connect', { signal });
    wasAsked = true;
    sendRequest(socket, request);
    for await (const reply of readReplies(socket)) {
      if (reply.kind === 'answer') return reply.answer;
      if (reply.kind === 'error') throw toThrown(reply);
      if (reply.kind === 'job') onJob?.(reply.job_id);
      else onProgress?.(reply.progress);
    }
    signal.throwIfAborted();
    throw new OwnerGoneError({ wasAsked });
  } catch (error) {
    signal.throwIfAborted();
    throw isBroken(error) ? new OwnerGoneError({ wasAsked, cause: error }) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

const BROKEN = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE'];

function isBroken(error: unknown): boolean {
  return BROKEN.includes(codeOf(error));
}
