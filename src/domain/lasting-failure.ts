import { BioMcpError } from '../errors/bio-mcp-error.ts';

type Facts = Readonly<Record<string, unknown>>;

export interface LastingFailureNeeds {
  logger: Record<'warn' | 'info', (fields: Facts, message: string) => void>;
  /** The line at its end. */
  over: string;
  /** In each line. */
  fields?: Facts;
  /** Milliseconds from any fixed point; they do not go back. */
  now?: () => number;
}

/** What fails at each of many tries, in the log. */
export interface LastingFailure {
  failed(error: unknown, message: string): void;
  succeeded(): void;
}

/** What lasts is told again after this, and after twice as long each time, up to the longest. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

interface Lasting {
  beganAtMs: number;
  failures: number;
  /** What was told of it: another message, or another hint of ours, is told at once. */
  told: Set<string>;
  pauseMs: number;
  tellAtMs: number;
}

/** A line when it begins, at each new reason, ever more seldom while it lasts, and when it is over. */
export function createLastingFailure({
  logger,
  over,
  fields = {},
  now = () => performance.now(),
}: LastingFailureNeeds): LastingFailure {
  let lasting: Lasting | null = null;
  const toSeconds = (fromMs: number) => Math.round((now() - fromMs) / 1_000);

  return {
    failed(error, message) {
      lasting ??= {
        beganAtMs: now(),
        failures: 0,
        told: new Set(),
        pauseMs: FIRST_PAUSE_MS,
        tellAtMs: now() + FIRST_PAUSE_MS,
      };
      lasting.failures += 1;
      const reason = error instanceof BioMcpError ? `${message}\n${error.hint}` : message;
      const isDue = now() >= lasting.tellAtMs;
      if (lasting.told.has(reason) && !isDue) return;
      lasting.told.add(reason);
      if (isDue) {
        lasting.pauseMs = Math.min(2 * lasting.pauseMs, LONGEST_PAUSE_MS);
        lasting.tellAtMs = now() + lasting.pauseMs;
      }
      const { failures, beganAtMs } = lasting;
      const since = failures === 1 ? {} : { failures, lasts_s: toSeconds(beganAtMs) };
      logger.warn({ ...fields, err: error, ...since }, message);
    },
    succeeded() {
      if (lasting === null) return;
      const { failures, beganAtMs } = lasting;
      lasting = null;
      logger.info({ ...fields, failures, lasted_s: toSeconds(beganAtMs) }, over);
    },
  };
}
