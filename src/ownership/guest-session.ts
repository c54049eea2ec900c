import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { FollowOptions, OperatorTokens, ToolCall, ToolInvoker } from '../tools/tool-invoker.ts';
import { OwnerGoneError } from './ask-owner.ts';
import { type FolderOwner, findLivingOwner, toInUse } from './folder-lock.ts';
import { findPlace, type Place, type PlaceOptions } from './guest-place.ts';

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

/** After handing over, how long the new owner has to come; then whoever is first takes the folder. */
const NEW_OWNER_MS = 10_000;
const LOOK_EVERY_MS = 20;
const DEFAULT_PATIENCE_MS = 20_000;
/**
 * An owner is lost and found again at most so often for one call: each time costs a job nothing
 * that was done.
 */
const MOST_MOVES = 100;

export function createGuestSession<Corpus>(options: GuestSessionOptions<Corpus>): CorpusSession<Corpus> {
  const { folder, name, mayRepeat, logger } = options;
  const { patienceMs = DEFAULT_PATIENCE_MS } = options;
  let place: Promise<Place<Corpus>> | null = null;
  let isPinned = false;
  /** Since a service asked for the folder: settles once it is free. */
  let handingOver: Promise<void> | null = null;
  /** Short calls of our own and of clients: a hand-over waits for them. */
  const running = new Set<Promise<unknown>>();
  /** All calls share one way in: it ends with the session, never with the call that came first. */
  const ending = new AbortController();

  function enter(): Promise<Place<Corpus>> {
    place ??= find(ending.signal).catch((error: unknown) => {
      place = null;
      throw error;
    });
    return place;
  }

  async function find(signal: AbortSignal): Promise<Place<Corpus>> {
    if (handingOver !== null) {
      await handingOver;
      await awaitNewOwner(folder, signal);
      handingOver = null;
    }
    return findPlace(options, { running, handOver, signal });
  }

  /**
   * Answers the service only where it may not have the folder; else the connection ends when the
   * folder is free.
   */
  async function handOver(): Promise<void> {
    const here = await place;
    if (here?.kind !== 'owner') return;
    if (isPinned) {
      throw new BioMcpError(
        'DB_UNAVAILABLE',
        `The data folder is in use by \`${name}\` (process ${process.pid}), which cannot stop half-way: wait until it is done.`,
      );
    }
    place = null;
    handingOver = here.leave();
    await handingOver;
  }

  async function go(
    work: (invoker: ToolInvoker, leaving: AbortSignal | undefined) => Promise<unknown>,
    mayGoOn: () => boolean,
    signal: AbortSignal,
  ): Promise<unknown> {
    for (let move = 0; move < MOST_MOVES; move++) {
      const entering = enter();
      const here = await untilAborted(entering, signal);
      try {
        return await work(here.invoker, here.kind === 'owner' ? here.leaving : undefined);
      } catch (error) {
        if (here.kind === 'client' && isUnknownTool(error)) throw toOtherRelease(here.owner, error);
        if (!(error instanceof OwnerGoneError)) throw error;
        if (place === entering) place = null;
        if (error.wasAsked && !mayGoOn()) throw toUnsure(error);
        logger.debug({}, 'the owner of the data folder is gone: the call goes on at the next one');
      }
    }
    throw new BioMcpError('DB_UNAVAILABLE', 'The data folder changes its owner too often; try again.');
  }

  const follow = (jobId: string, given: FollowOptions) =>
    go(
      (invoker, leaving) => invoker.follow(jobId, { ...given, leaving }),
      () => true,
      given.signal,
    );

  /** Where the owner ends half-way, a token may be there or not: `token list` tells. */
  const tokenWork = async <Answer>(
    work: (tokens: OperatorTokens) => Promise<Answer>,
    { signal }: CallOptions,
  ): Promise<Answer> =>
    (await go(
      (invoker) => work(invoker.tokens),
      () => false,
      signal,
    )) as Answer; // what `work` resolves to

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
      return go(work, () => jobId !== null || mayRepeat(call.tool), given.signal);
    },
    follow,
    async cancel(jobId, given) {
      await go(
        (invoker) => invoker.cancel(jobId, given),
        () => true,
        given.signal,
      );
    },
    async listPmids(request, given) {
      const work = (invoker: ToolInvoker) => invoker.listPmids(request, given);
      return (await go(work, () => true, given.signal)) as readonly string[]; // what `work` resolves to
    },
    tokens: {
      create: (token, given) => tokenWork((desk) => desk.create(token, given), given),
      list: (given) => tokenWork((desk) => desk.list(given), given),
      revoke: (name, given) => tokenWork((desk) => desk.revoke(name, given), given),
    },
    async enter({ signal }) {
      await untilAborted(enter(), signal);
    },
    async openHere({ signal }) {
      isPinned = true;
      const here = await untilAborted(enter(), signal);
      if (here.kind === 'owner') return here.corpus;
      throw toInUse(here.owner);
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      const here = await place?.catch(() => null);
      place = null;
      if (here?.kind === 'owner') await here.leave({ patienceMs });
    },
  };
}

async function awaitNewOwner(folder: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + NEW_OWNER_MS;
  while (performance.now() < until && (await findLivingOwner(folder)) === null) {
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

function isUnknownTool(error: unknown): boolean {
  return error instanceof BioMcpError && error.code === 'TOOL_NOT_FOUND';
}

/** Whoever calls looks a tool up in the catalogue of its own process first. */
function toOtherRelease({ name, pid }: FolderOwner, cause: unknown): BioMcpError {
  return new BioMcpError(
    'TOOL_NOT_FOUND',
    `\`${name}\` (process ${pid}) has the data folder and does not know this tool, since it was started from other code: stop it, and start it again.`,
    { cause },
  );
}

function toUnsure(cause: OwnerGoneError): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'The process that had the data folder ended before it answered, so the call may have been carried out or not: look, then try again.',
    { cause },
  );
}
