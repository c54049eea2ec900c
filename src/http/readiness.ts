import type { CallOptions } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import { createLastingFailure, type LastingFailure } from '../domain/lasting-failure.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Logger } from '../telemetry/logger.ts';

/** One thing this process depends on. `check` throws when it does not answer as it should. */
export interface ReadinessCheck {
  readonly name: string;
  /** Whether the process is not ready while this fails; else it is only reported. */
  readonly gates: boolean;
  check(options: CallOptions): Promise<void>;
  /** Of a check that is ok: what should be done all the same. */
  note?(): string | null;
}

export interface CheckReport {
  readonly name: string;
  readonly state: 'ok' | 'failed';
  readonly latency_ms: number;
  /** Safe for any caller; `null` when the check is ok and nothing is to be done. */
  readonly reason: string | null;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'not_ready';
  readonly checks: readonly CheckReport[];
}

export interface Readiness {
  /** Kept for five seconds; those who ask meanwhile share one check. Never throws. */
  read(): Promise<ReadinessReport>;
}

export interface ReadinessOptions {
  /** A function where they change with time. */
  checks: readonly ReadinessCheck[] | (() => readonly ReadinessCheck[]);
  logger: Logger;
  /** Milliseconds from any fixed point. */
  now: () => number;
  /** A check that takes longer has failed. */
  timeoutMs?: number;
}

const KEPT_MS = 5000;
const CHECK_TIMEOUT_MS = 3000;

export function createReadiness({
  checks,
  logger,
  now,
  timeoutMs = CHECK_TIMEOUT_MS,
}: ReadinessOptions): Readiness {
  let kept: { report: Promise<ReadinessReport>; until: number } | undefined;

  const failures = new Map<string, LastingFailure>();
  function failureOf(name: string): LastingFailure {
    const over = 'a readiness check succeeds again';
    const known = failures.get(name) ?? createLastingFailure({ logger, over, fields: { check: name }, now });
    failures.set(name, known);
    return known;
  }

  async function runChecks(): Promise<ReadinessReport> {
    const current = typeof checks === 'function' ? checks() : checks;
    const reports = await Promise.all(current.map(runCheck));
    const isReady = current.every(({ gates }, index) => !gates || reports[index]?.state === 'ok');
    return { status: isReady ? 'ready' : 'not_ready', checks: reports };
  }

  async function runCheck({ name, check, note }: ReadinessCheck): Promise<CheckReport> {
    const startedAt = now();
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      await untilAborted(check({ signal }), signal);
      failureOf(name).succeeded();
      return { name, state: 'ok', latency_ms: toMs(now() - startedAt), reason: note?.() ?? null };
    } catch (error) {
      failureOf(name).failed(error, 'a readiness check failed');
      return {
        name,
        state: 'failed',
        latency_ms: toMs(now() - startedAt),
        reason: toReason(error, timeoutMs),
      };
    }
  }

  return {
    read() {
      // A running check is shared however long it takes: `until` is set once its answer is there.
      if (kept !== undefined && now() < kept.until) return kept.report;
      const current = { report: runChecks(), until: Number.POSITIVE_INFINITY };
      kept = current;
      return current.report.finally(() => {
        current.until = now() + KEPT_MS;
      });
    },
  };
}

function toReason(error: unknown, timeoutMs: number): string {
  if (error instanceof BioMcpError) return error.hint;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `No answer within ${timeoutMs} ms.`;
  return 'It does not answer; the log has the details.';
}

function toMs(elapsed: number): number {
  return Math.round(elapsed * 10) / 10;
}
