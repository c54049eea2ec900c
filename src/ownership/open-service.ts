import type { Socket } from 'node:net';
import type { CallOptions } from '../domain/call-options.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { answerClient } from './answer-client.ts';
import { OwnerGoneError } from './ask-owner.ts';
import { toInUse } from './folder-lock.ts';
import type { PlaceOptions } from './guest-place.ts';
import { takeFolder } from './take-folder.ts';

export interface ServiceOptions<Corpus> extends Omit<PlaceOptions<Corpus>, 'folder'> {
  /** The data folder that has one owner; `null` where many processes share the corpus. */
  folder: string | null;
}

/** Disposing puts the running jobs back, closes the corpus and gives the folder up. */
export interface Service<Corpus> extends AsyncDisposable {
  corpus: Corpus;
}

/**
 * Opens the corpus for a process that keeps it until it ends, and answers commands that come to its address.
 */
export async function openService<Corpus>(
  { folder, name, runtimeDir = null, onLost, lost, open, logger }: ServiceOptions<Corpus>,
  options: CallOptions,
): Promise<Service<Corpus>> {
  await using opening = new AsyncDisposableStack();
  const leaving = new AbortController();
  const ready = Promise.withResolvers<ToolInvoker>();
  ready.promise.catch(() => undefined); // whoever opens throws it
  const handOver = async () => {
    throw toInUse({ name, role: 'service', pid: process.pid, address: '' });
  };
  if (folder !== null) {
    const going = lost === undefined ? leaving.signal : AbortSignal.any([leaving.signal, lost]);
    const answering = { invoker: () => ready.promise, handOver, logger, leaving: going };
    const onConnection = (socket: Socket) => void answerClient(socket, answering);
    const claim = { folder, name, runtimeDir, onConnection, ...(onLost && { onLost }) };
    opening.use(await takeFolder(claim, options));
  }
  try {
    const opened = opening.use(await open(options));
    ready.resolve(opened.invoker);
    opening.defer(() => leaving.abort(new OwnerGoneError({ wasAsked: true })));
    const stack = opening.move();
    return { corpus: opened.corpus, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    ready.reject(error);
    throw error;
  }
}
