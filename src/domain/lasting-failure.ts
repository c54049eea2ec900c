import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { codeOf } from '../errors/code-of.ts';

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
/** More reasons than this wait their turn: they differ in what no rule here takes for an id. */
const MOST_REASONS = 20;
const MOST_CAUSES = 5;

interface Lasting {
  beganAtMs: number;
  failures: number;
  /** The reasons that were told of it: another one is told at once. */
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
      const reason = toReason(error, message);
      const isDue = now() >= lasting.tellAtMs;
      const isNew = !lasting.told.has(reason) && lasting.told.size < MOST_REASONS;
      if (!isNew && !isDue) return;
      if (isNew) lasting.told.add(reason);
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

/** The message, and what each cause says. */
function toReason(error: unknown, message: string): string {
  const said = [message];
  for (let cause = error; cause instanceof Error && said.length <= MOST_CAUSES; cause = cause.cause) {
    const words = cause instanceof BioMcpError ? cause.hint : withoutNumbers(cause.message);
    said.push(`${cause.name} ${codeOf(cause)} ${words}`);
  }
  return said.join('\n');
}

/** Ports, ids and times differ from try to try; a status of HTTP is a reason. */
function withoutNumbers(text: string): string {
  const isNumber = (word: string) => /\d/.test(word) && !/^[45]\d\d$/.test(word);
  return text.replaceAll(/[\w-]+/g, (word) => (isNumber(word) ? '#' : word));
}
