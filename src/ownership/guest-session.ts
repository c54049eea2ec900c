import type { CallOptions } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import type { FollowOptions, OperatorTokens, ToolCall, ToolInvoker } from '../tools/tool-invoker.ts';
import { toInUse } from './folder-lock.ts';
import type { PlaceOptions } from './guest-place.ts';
import { createWayIn } from './way-in.ts';

export interface GuestSessionOptions<Corpus> extends PlaceOptions<Corpus> {
  /** Whether a call that may have been carried out already can be sent again. */
  mayRepeat: (tool: string) => boolean;
  /**
   * At the end of the session, how long the calls of clients may still run; then they are cancelled.
   * Default 20 s.
   */
  patienceMs?: number;
}

/**
 * How a command works on a corpus that another process may have: as its client, or as its owner
 * where nobody is.
 */
export interface CorpusSession<Corpus> extends ToolInvoker, AsyncDisposable {
  /**
   * Opens the corpus, or finds its owner, so that a call need not wait for it. Where it fails, the next
   * use tries again.
   */
  enter(options: CallOptions): Promise<void>;
  /**
   * The corpus itself, for work that no tool does; it is not handed over then. Throws where another
   * process owns it.
   */
  openHere(options: CallOptions): Promise<Corpus>;
}

const DEFAULT_PATIENCE_MS = 20_000;

export function createGuestSession<Corpus>(options: GuestSessionOptions<Corpus>): CorpusSession<Corpus> {
  const { mayRepeat, patienceMs = DEFAULT_PATIENCE_MS } = options;
  const way = createWayIn(options);

  const follow = (jobId: string, given: FollowOptions) =>
    way.go(
      (invoker, leaving) => invoker.follow(jobId, { ...given, leaving }),
      () => true,
      given.signal,
    );

  /** Where the owner ends half-way, a token may be there or not: `token list` tells. */
  const tokenWork = <Answer>(
    work: (tokens: OperatorTokens) => Promise<Answer>,
    { signal }: CallOptions,
  ): Promise<Answer> =>
    way.go(
      (invoker) => work(invoker.tokens),
      () => false,
      signal,
    );

  return {
    async call(call: ToolCall, given) {
      let jobId: string | null = null;
      const onJob = (id: string) => {
        jobId = id;
        given.onJob?.(id);
      };
      const work = (invoker: ToolInvoker, leaving: AbortSignal | undefined) => {
        const options = { ...given, onJob, leaving };
        return jobId === null ? invoker.call(call, options) : invoker.follow(jobId, options);
      };
      return way.go(work, () => jobId !== null || mayRepeat(call.tool), given.signal);
    },
    follow,
    cancel: (jobId, given) =>
      way.go(
        (invoker) => invoker.cancel(jobId, given),
        () => true,
        given.signal,
      ),
    listPmids: (request, given) =>
      way.go(
        (invoker) => invoker.listPmids(request, given),
        () => true,
        given.signal,
      ),
    tokens: {
      create: (token, given) => tokenWork((desk) => desk.create(token, given), given),
      list: (given) => tokenWork((desk) => desk.list(given), given),
      revoke: (name, given) => tokenWork((desk) => desk.revoke(name, given), given),
    },
    async enter({ signal }) {
      await untilAborted(way.enter(), signal);
    },
    async openHere({ signal }) {
      way.stay();
      const here = await untilAborted(way.enter(), signal);
      if (here.kind === 'owner') return here.corpus;
      throw toInUse(here.owner);
    },
    [Symbol.asyncDispose]: () => way.leave({ patienceMs }),
  };
}
