import type { CallOptions } from '../domain/call-options.ts';
import type { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { answerClient } from './answer-client.ts';
import { createOwnerInvoker, OwnerGoneError } from './ask-owner.ts';
import { claimFolder, type FolderOwner } from './folder-lock.ts';

/** The corpus as its owner has it open; disposing puts the running jobs back and closes it. */
export interface OpenedCorpus<Corpus> extends AsyncDisposable {
  corpus: Corpus;
  invoker: ToolInvoker;
}

export interface PlaceOptions<Corpus> {
  folder: string;
  /** The command, for whoever finds the folder in use. */
  name: string;
  /** As for `claimFolder`. */
  runtimeDir?: string | null;
  onLost?: (error: BioMcpError) => void;
  /**
   * Aborts at the moment in which the corpus is lost: no client is told of what fails then, it asks
   * the next owner.
   */
  lost?: AbortSignal | undefined;
  open: (options: CallOptions) => Promise<OpenedCorpus<Corpus>>;
  logger: Logger;
}

/** A place where calls go: the owner, or this process as the owner. */
export type Place<Corpus> =
  | { kind: 'client'; invoker: ToolInvoker; owner: FolderOwner }
  | { kind: 'owner'; invoker: ToolInvoker; corpus: Corpus; leaving: AbortSignal; leave: Leave };
/**
 * Gives the folder up once the running calls are through; those that last longer than
 * `patienceMs` are cancelled. Whoever leaves a second time waits for the same end.
 */
type Leave = (how?: { patienceMs: number }) => Promise<void>;

interface Finding {
  /** Short calls of our own and of clients: whoever leaves waits for them. */
  running: Set<Promise<unknown>>;
  /** A service asks for the folder. */
  handOver: () => Promise<void>;
  signal: AbortSignal;
}

/** Claims the folder and opens the corpus, or finds the owner. */
export async function findPlace<Corpus>(
  options: PlaceOptions<Corpus>,
  { running, handOver, signal }: Finding,
): Promise<Place<Corpus>> {
  const { folder, name, runtimeDir = null, onLost, lost, logger } = options;
  const leaving = new AbortController();
  const going = lost === undefined ? leaving.signal : AbortSignal.any([leaving.signal, lost]);
  const ready = Promise.withResolvers<ToolInvoker>();
  ready.promise.catch(() => undefined); // whoever opens throws it
  const claimed = await claimFolder({
    folder,
    name,
    role: 'guest',
    runtimeDir,
    ...(onLost && { onLost }),
    onConnection: (socket) =>
      void answerClient(socket, {
        invoker: () => ready.promise,
        handOver,
        logger,
        leaving: going,
      }),
  });
  if (claimed.kind === 'taken') {
    return { kind: 'client', invoker: createOwnerInvoker(claimed.owner), owner: claimed.owner };
  }
  const { lock } = claimed;
  try {
    const { corpus, invoker, ...opened } = await options.open({ signal });
    const cutting = new AbortController();
    const counted = countCalls(invoker, running, cutting.signal);
    ready.resolve(counted);
    let closing: Promise<void> | null = null;
    const close = async () => {
      await Promise.allSettled(running);
      try {
        await opened[Symbol.asyncDispose]();
      } finally {
        await lock[Symbol.asyncDispose]();
      }
    };
    const leave: Leave = async (how) => {
      const reason = new OwnerGoneError({ wasAsked: true });
      leaving.abort(reason);
      const cut = how && setTimeout(() => cutting.abort(reason), how.patienceMs);
      closing ??= close();
      await closing.finally(() => clearTimeout(cut));
    };
    return { kind: 'owner', invoker: counted, corpus, leaving: leaving.signal, leave };
  } catch (error) {
    ready.reject(error);
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** Following a job is not counted: it ends by itself where the owner leaves. */
function countCalls(invoker: ToolInvoker, running: Set<Promise<unknown>>, cut: AbortSignal): ToolInvoker {
  return {
    ...invoker,
    call(call, options) {
      const signal = AbortSignal.any([options.signal, cut]);
      const answering = invoker.call(call, { ...options, signal });
      running.add(answering);
      const forget = () => running.delete(answering);
      answering.then(forget, forget);
      return answering;
    },
  };
}
