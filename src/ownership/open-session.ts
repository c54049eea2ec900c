import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import type { OpenedCorpus } from './guest-place.ts';
import type { CorpusSession } from './guest-session.ts';

/**
 * A command on a corpus that many processes share: it opens the corpus for itself, at the first use. An
 * opening that fails is tried again at the next use; a call that is cancelled ends its own wait for it alone.
 */
export function createOpenSession<Corpus>({
  open,
}: {
  open: (options: { signal: AbortSignal }) => Promise<OpenedCorpus<Corpus>>;
}): CorpusSession<Corpus> {
  const ending = new AbortController();
  let opening: Promise<OpenedCorpus<Corpus>> | null = null;
  const enter = (signal: AbortSignal) => {
    opening ??= open({ signal: ending.signal }).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return untilAborted(opening, signal);
  };
  return {
    call: async (call, options) => (await enter(options.signal)).invoker.call(call, options),
    follow: async (jobId, options) => (await enter(options.signal)).invoker.follow(jobId, options),
    cancel: async (jobId, options) => (await enter(options.signal)).invoker.cancel(jobId, options),
    listPmids: async (request, options) => (await enter(options.signal)).invoker.listPmids(request, options),
    tokens: {
      create: async (token, options) => (await enter(options.signal)).invoker.tokens.create(token, options),
      list: async (options) => (await enter(options.signal)).invoker.tokens.list(options),
      revoke: async (name, options) => (await enter(options.signal)).invoker.tokens.revoke(name, options),
    },
    async enter({ signal }) {
      await enter(signal);
    },
    openHere: async ({ signal }) => (await enter(signal)).corpus,
    async [Symbol.asyncDispose]() {
      ending.abort();
      const opened = await opening?.catch(() => null);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}
