import type { CorpusSession, OpenedCorpus } from './guest-session.ts';

/** A command on a corpus that many processes share: it opens the corpus for itself, at the first use. */
export function createOpenSession<Corpus>({
  open,
}: {
  open: (options: { signal: AbortSignal }) => Promise<OpenedCorpus<Corpus>>;
}): CorpusSession<Corpus> {
  let opening: Promise<OpenedCorpus<Corpus>> | undefined;
  const enter = (signal: AbortSignal) => {
    opening ??= open({ signal });
    return opening;
  };
  return {
    call: async (call, options) => (await enter(options.signal)).caller.call(call, options),
    follow: async (jobId, options) => (await enter(options.signal)).caller.follow(jobId, options),
    cancel: async (jobId, options) => (await enter(options.signal)).caller.cancel(jobId, options),
    listPmids: async (request, options) => (await enter(options.signal)).caller.listPmids(request, options),
    openHere: async ({ signal }) => (await enter(signal)).corpus,
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}
