import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { OwnerGoneError } from './ask-owner.ts';
import { type FolderOwner, findLivingOwner } from './folder-lock.ts';
import { findPlace, type Place, type PlaceOptions } from './guest-place.ts';

/** `leaving` aborts where this process is the owner and gives the folder up. */
export type Work<Answer> = (invoker: ToolInvoker, leaving: AbortSignal | undefined) => Promise<Answer>;

/** How the calls of a session get to the corpus, whoever owns the folder, and from one owner to the next. */
export interface WayIn<Corpus> {
  /** Where it fails, the next call of this tries again. */
  enter(): Promise<Place<Corpus>>;
  /**
   * Works at the owner. Where that one is lost half-way, `work` is done again at the next if `mayGoOn`
   * answers yes; else it throws.
   */
  go<Answer>(work: Work<Answer>, mayGoOn: () => boolean, signal: AbortSignal): Promise<Answer>;
  /** From now on the folder is handed over to nobody. */
  stay(): void;
  /** For good. */
  leave(how: { patienceMs: number }): Promise<void>;
}

type OwnPlace<Corpus> = Extract<Place<Corpus>, { kind: 'owner' }>;

/** After handing over, how long the new owner has to come; then whoever is first takes the folder. */
const NEW_OWNER_MS = 10_000;
const LOOK_EVERY_MS = 20;
/**
 * An owner is lost and found again at most so often for one call: each time costs a job nothing
 * that was done.
 */
const MOST_MOVES = 100;

export function createWayIn<Corpus>(options: PlaceOptions<Corpus>): WayIn<Corpus> {
  const { folder, name, logger } = options;
  let place: Promise<Place<Corpus>> | null = null;
  let isPinned = false;
  /** Since a service asked for the folder: resolves once it is free. */
  let handingOver: Promise<void> | null = null;
  /** The place that is handed over, until it is closed. */
  let given: OwnPlace<Corpus> | null = null;
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
    given = here;
    handingOver = here
      .leave()
      // Nobody is told: the service that asks for the folder has it then, and calls go on there.
      .catch((error: unknown) => logger.warn({ err: error }, 'a corpus that is handed over closes badly'))
      .finally(() => {
        given = null;
      });
    await handingOver;
  }

  async function go<Answer>(
    work: Work<Answer>,
    mayGoOn: () => boolean,
    signal: AbortSignal,
  ): Promise<Answer> {
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

  return {
    enter,
    go,
    stay() {
      isPinned = true;
    },
    async leave(how) {
      ending.abort();
      const here = await place?.catch(() => null);
      place = null;
      await Promise.all([given?.leave(how), here?.kind === 'owner' ? here.leave(how) : null]);
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
