import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { PubmedError, PubmedRefusedError } from '../../errors/pubmed-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics, NcbiOutcome } from '../../telemetry/metrics.ts';
import type { SpanFacts, Tracer } from '../../telemetry/tracer.ts';
import type { SourceCallOptions } from '../literature-source.ts';
import type { RequestBudget } from '../request-budget.ts';
import type { Timing } from '../timing.ts';
import { createAnswerClock } from './answer-clock.ts';
import { attemptRequest } from './attempt.ts';
import { createNcbiKey } from './ncbi-key.ts';
import { toArchivedParams } from './redact.ts';
import { createRequestTurns } from './request-turns.ts';
import { UpstreamFault } from './upstream-fault.ts';

export type Endpoint = 'esearch' | 'esummary' | 'efetch' | 'elink' | 'epost' | 'espell' | 'ecitmatch';

export interface TransportNeeds {
  fetch: typeof globalThis.fetch;
  /** With or without a trailing slash. */
  baseUrl: string;
  apiKey: string | null;
  /** Reads it again once NCBI refuses it. Default: it stays what it is. */
  readApiKey?: (() => Promise<string>) | undefined;
  email: string | null;
  budget: RequestBudget;
  timing: Timing;
  log: Pick<Logger, 'debug' | 'warn'>;
  /** Default: nobody counts. */
  metrics?: Pick<Metrics, 'countNcbiRequest' | 'observeNcbiStartWait'> | undefined;
  /** Default: nobody collects traces. */
  traces?: NcbiTraces | undefined;
}

export interface NcbiTraces {
  tracer: Tracer;
  toFacts(request: { endpoint: string; attempt: number; host: string }): SpanFacts;
}

export interface EutilsCall<T> {
  endpoint: Endpoint;
  params: Readonly<Record<string, string>>;
  /** How long one attempt may take before it counts as hung. */
  attemptTimeoutMs: number;
  /** Throws `UpstreamFault` where the body reports a failure or is not what was promised. */
  read(body: Uint8Array): T;
}

export interface EutilsAnswer<T> {
  value: T;
  http: { status: number; etag: string | null };
  endpoint: string;
  params: Record<string, string>;
  fetchedAt: string;
  /** By NCBI's own clock; `null` where it did not tell. */
  answeredAt: Date | null;
}

export interface EutilsTransport {
  send<T>(call: EutilsCall<T>, options: SourceCallOptions): Promise<EutilsAnswer<T>>;
}

/** 200 of the largest records known are 38 MB. */
const MOST_RECORD_BYTES = 256 * 1024 * 1024;
/** 200 summaries have some 0.5 MB, the ids of a window of PMIDs less. */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Sends one request until it is answered or its deadline leaves no room: wait for the shared budget, attempt,
 * and after a passing failure pause and start over.
 */
export function createEutilsTransport(needs: TransportNeeds): EutilsTransport {
  const { budget, timing, log, metrics, traces } = needs;
  const key = createNcbiKey(needs);
  const turns = createRequestTurns({ budget, timing, redact: key.redact });
  const readClock = createAnswerClock({ timing, log });
  const base = needs.baseUrl.endsWith('/') ? needs.baseUrl : `${needs.baseUrl}/`;
  const always: Record<string, string> = { tool: 'bio-mcp' };
  if (needs.email !== null) always.email = needs.email;

  const { host } = new URL(base);
  function attempt<T>(call: EutilsCall<T>, tries: number, options: SourceCallOptions) {
    const work = () => attemptOnce(call, options);
    if (traces === undefined) return work();
    const { endpoint } = call;
    return traces.tracer.span(traces.toFacts({ endpoint, attempt: tries + 1, host }), work);
  }

  async function attemptOnce<T>(call: EutilsCall<T>, { signal, deadlineAt }: SourceCallOptions) {
    const params = { ...call.params, ...always, ...(key.value === null ? {} : { api_key: key.value }) };
    const endpoint = `${call.endpoint}.${call.endpoint === 'ecitmatch' ? 'cgi' : 'fcgi'}`;
    const mostBytes = call.endpoint === 'efetch' ? MOST_RECORD_BYTES : MOST_ANSWER_BYTES;
    const timeoutMs = Math.min(call.attemptTimeoutMs, deadlineAt - timing.now().getTime());
    const timeout = timing.timeoutSignal(timeoutMs);
    try {
      const answer = await attemptRequest(
        {
          fetch: needs.fetch,
          url: `${base}${endpoint}`,
          form: new URLSearchParams(params),
          redact: key.redact,
          mostBytes,
        },
        AbortSignal.any([signal, timeout]),
      );
      await turns.honourRemaining(answer, { signal });
      return {
        value: call.read(answer.body),
        http: { status: answer.status, etag: answer.headers.get('etag') },
        endpoint,
        params: toArchivedParams(params),
        fetchedAt: timing.now().toISOString(),
        answeredAt: readClock(answer),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (!timeout.aborted || error instanceof UpstreamFault) throw error;
      throw new UpstreamFault(`no answer within ${timeoutMs} ms`, {
        code: 'PUBMED_TIMEOUT',
        isTransient: true,
      });
    }
  }

  return {
    async send(call, options) {
      for (let tries = 0, last: UpstreamFault | null = null; ; tries += 1) {
        const waitMs = await turns.take(last, options);
        metrics?.observeNcbiStartWait(waitMs);
        const startedAt = timing.now().getTime();
        const usedKey = key.value;
        const { endpoint } = call;
        const fields = { endpoint, attempt: tries + 1, wait_ms: waitMs };
        try {
          const answer = await attempt(call, tries, options);
          metrics?.countNcbiRequest({ endpoint, outcome: 'ok' });
          const latencyMs = timing.now().getTime() - startedAt;
          log.debug({ ...fields, status: 200, latency_ms: latencyMs }, 'ncbi answered');
          return answer;
        } catch (error) {
          metrics?.countNcbiRequest({ endpoint, outcome: toOutcome(error, options.signal) });
          options.signal.throwIfAborted();
          if (await key.renewAfter(error, usedKey)) continue;
          // A block and a refusal too: whoever looks for them has no other line that names NCBI's words.
          if (error instanceof UpstreamFault || isFailure(error))
            log.warn(
              { ...fields, code: error.code, reason: key.redact(error.message) },
              'ncbi attempt failed',
            );
          if (!(error instanceof UpstreamFault)) throw error;
          last = error;
          await timing.sleep(await turns.planPause(error, tries, options), options);
        }
      }
    },
  };
}

function isFailure(error: unknown): error is PubmedError | PubmedRefusedError {
  return error instanceof PubmedError || error instanceof PubmedRefusedError;
}

const OUTCOMES: Readonly<Record<string, NcbiOutcome>> = {
  PUBMED_RATE_LIMITED: 'rate_limited',
  PUBMED_UNAVAILABLE: 'unavailable',
  PUBMED_TIMEOUT: 'timeout',
  PUBMED_BLOCKED: 'blocked',
};

function toOutcome(error: unknown, signal: AbortSignal): NcbiOutcome {
  if (signal.aborted) return 'cancelled';
  if (error instanceof PubmedRefusedError) return 'refused';
  const isKnown = error instanceof UpstreamFault || error instanceof BioMcpError;
  return (isKnown ? OUTCOMES[error.code] : undefined) ?? 'bad_response';
}
