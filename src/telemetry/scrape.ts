import { type CallOptions, NEVER } from '../domain/call-options.ts';
import { createTurns } from '../domain/concurrency/turns.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import type { Logger } from './logger.ts';
import type { MetricsRegistry, MetricValues } from './prom-metrics.ts';
import type { ScrapedFacts, ScrapedFigures } from './scraped-facts.ts';

export interface ScrapeSources {
  /** As `readyz` answers it; never rejects. */
  readReadiness(): Promise<{
    status: 'ready' | 'not_ready';
    checks: readonly { name: string; state: 'ok' | 'failed' }[];
  }>;
  readFigures(options: CallOptions): Promise<ScrapedFigures>;
  /** 0 where there is no dead-letter queue. */
  countDeadLetters(options: CallOptions): Promise<number>;
}

export interface ScrapeOptions {
  registry: MetricsRegistry;
  sources: ScrapeSources;
  logger: Logger;
  /** Milliseconds from any fixed point. */
  now: () => number;
  /** What takes longer is left out. Default 3 s: less than scrapers wait. */
  timeoutMs?: number;
}

/** Reads the metrics as they are now, with what has to be looked up for them. */
export interface Scrape {
  readonly contentType: string;
  /** In the text format of Prometheus. Never fails for what does not answer: that is left out. */
  write(): Promise<string>;
  list(): Promise<readonly MetricValues[]>;
}

const TIMEOUT_MS = 3_000;
const KEPT_MS = 5_000;
/** Counting a large corpus takes a while; so it takes a fiftieth of the database's time at most. */
const KEPT_TIMES = 50;

/** However many scrapers there are, and however often they come, each source is asked once at a time. */
export function createScrape({
  registry,
  sources,
  logger,
  now,
  timeoutMs = TIMEOUT_MS,
}: ScrapeOptions): Scrape {
  const telling = (what: string) => {
    const reads = createLastingFailure({ logger, over: `${what} can be read again for the metrics`, now });
    return {
      onSuccess: reads.succeeded,
      onFailure: (error: unknown) => reads.failed(error, `${what} could not be read for the metrics`),
    };
  };
  const figures = keep((options) => sources.readFigures(options), {
    now,
    timeoutMs,
    ...telling('the figures of the database'),
  });
  const deadLetters = keep((options) => sources.countDeadLetters(options), {
    now,
    timeoutMs,
    ...telling('the dead-letter queue'),
  });

  async function lookUp(): Promise<ScrapedFacts> {
    const [readiness, ofDatabase, letters] = await Promise.all([
      sources.readReadiness(),
      figures(),
      deadLetters(),
    ]);
    return {
      ready: readiness.status === 'ready',
      checks: readiness.checks.map(({ name, state }) => ({ name, isUp: state === 'ok' })),
      figures: ofDatabase,
      deadLetters: letters,
    };
  }

  /** The registry's gauges are set and read in one go. */
  const turns = createTurns(1);
  return {
    contentType: registry.contentType,
    write: shareWhileRunning(async () => {
      const facts = await lookUp();
      return turns.use(() => registry.write(facts));
    }),
    list: shareWhileRunning(async () => {
      const facts = await lookUp();
      return turns.use(() => registry.list(facts));
    }),
  };
}

/** Who asks while an answer is on its way gets that one. */
function shareWhileRunning<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= read().finally(() => {
      running = null;
    });
    return running;
  };
}

/**
 * The last answer for some seconds, longer where it took long. One that does not come in time is `null`, and
 * nobody asks again before it has come or failed after all.
 */
function keep<T>(
  read: (options: CallOptions) => Promise<T>,
  {
    now,
    timeoutMs,
    onSuccess,
    onFailure,
  }: { now: () => number; timeoutMs: number; onSuccess: () => void; onFailure: (error: unknown) => void },
): () => Promise<T | null> {
  let kept: { answer: Promise<T>; until: number } | undefined;

  function ask(): Promise<T> {
    const startedAt = now();
    // One that is not waited for any more still runs at the database, and ends by its own limit.
    const current = { answer: read(NEVER), until: Number.POSITIVE_INFINITY };
    kept = current;
    current.answer.then(
      () => {
        current.until = now() + Math.max(KEPT_MS, KEPT_TIMES * (now() - startedAt));
        onSuccess();
      },
      (error: unknown) => {
        current.until = now() + KEPT_MS;
        onFailure(error);
      },
    );
    return current.answer;
  }
  return () => {
    const answer = kept === undefined || now() >= kept.until ? ask() : kept.answer;
    return untilAborted(answer, AbortSignal.timeout(timeoutMs)).catch(() => null); // told by onFailure
  };
}
