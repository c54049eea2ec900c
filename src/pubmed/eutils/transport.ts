import type { CallOptions } from '../../domain/call-options.ts';
import { createSecret } from '../../domain/settings/secret.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { PubmedError, PubmedRefusedError } from '../../errors/pubmed-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics, NcbiOutcome } from '../../telemetry/metrics.ts';
import type { SpanFacts, Tracer } from '../../telemetry/tracer.ts';
import type { SourceCallOptions } from '../literature-source.ts';
import type { RequestBudget } from '../request-budget.ts';
import type { Timing } from '../timing.ts';
import { createAnswerClock } from './answer-clock.ts';
import { attemptRequest, type HttpAnswer } from './attempt.ts';
import { createRedactor, toArchivedParams } from './redact.ts';
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

/** Full jitter: a pause of 0 … min(cap, base · 2^attempt) spreads callers that failed together. */
const PAUSE_BASE_MS = 500;
const PAUSE_CAP_MS = 20_000;
/** NCBI counts requests a second: after a 429 without Retry-After the second has to pass for everybody. */
const COOLDOWN_MS = 1_000;
const MAX_COOLDOWN_MS = 600_000;
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
  const key = createSecret(needs.apiKey, needs.readApiKey);
  let redact = createRedactor({ apiKey: needs.apiKey });
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
          redact,
          mostBytes,
        },
        AbortSignal.any([signal, timeout]),
      );
      await honourRemaining(answer, budget, { signal });
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

  /** Resolves to the pause before the next attempt; throws when there is to be none. */
  async function plan(fault: UpstreamFault, tries: number, { signal, deadlineAt }: SourceCallOptions) {
    const asked = fault.retryAfterMs;
    if (fault.code === 'PUBMED_RATE_LIMITED' || asked !== null) {
      await budget.coolDown(Math.min(MAX_COOLDOWN_MS, Math.max(asked ?? 0, COOLDOWN_MS)), { signal });
    }
    const jitterMs = timing.random() * Math.min(PAUSE_CAP_MS, PAUSE_BASE_MS * 2 ** tries);
    const pauseMs = Math.max(asked ?? 0, jitterMs);
    if (!fault.isTransient || timing.now().getTime() + pauseMs >= deadlineAt) throw toPubmedError(fault);
    return pauseMs;
  }

  /** Without the fault itself, whose text is NCBI's own and may repeat the key. */
  function toPubmedError(fault: UpstreamFault): PubmedError {
    const retryAfterMs = fault.retryAfterMs ?? (fault.code === 'PUBMED_RATE_LIMITED' ? COOLDOWN_MS : null);
    return new PubmedError(fault.code, { message: redact(fault.message), retryAfterMs, cause: fault.cause });
  }

  /** Whether there is another key now, where NCBI refused `used`; no text of NCBI shows either of them. */
  async function renewKey(error: unknown, used: string | null): Promise<boolean> {
    if (!(error instanceof PubmedRefusedError) || !(await key.renew(used))) return false;
    const [before, now] = [redact, createRedactor({ apiKey: key.value })];
    redact = (text) => now(before(text));
    log.warn({}, 'ncbi refused the API key; it was read again, and is another now');
    return true;
  }

  /** Waits for a start within the deadline and resolves to how long that took. */
  async function takeTurn(last: UpstreamFault | null, options: SourceCallOptions): Promise<number> {
    const leftMs = options.deadlineAt - timing.now().getTime();
    if (leftMs <= 0) {
      if (last !== null) throw toPubmedError(last);
      throw new PubmedError('PUBMED_TIMEOUT', {
        message: 'the deadline passed before the request could start',
      });
    }
    const { granted, waitMs } = await budget.reserve(leftMs, options);
    if (granted) return waitMs;
    if (last !== null) throw toPubmedError(last);
    const message = `the next free start is ${waitMs} ms away, beyond the deadline`;
    throw new PubmedError('PUBMED_RATE_LIMITED', { message, retryAfterMs: waitMs });
  }

  return {
    async send(call, options) {
      for (let tries = 0, last: UpstreamFault | null = null; ; tries += 1) {
        const waitMs = await takeTurn(last, options);
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
          if (await renewKey(error, usedKey)) continue;
          // A block and a refusal too: whoever looks for them has no other line that names NCBI's words.
          if (error instanceof UpstreamFault || isFailure(error))
            log.warn({ ...fields, code: error.code, reason: redact(error.message) }, 'ncbi attempt failed');
          if (!(error instanceof UpstreamFault)) throw error;
          last = error;
          await timing.sleep(await plan(error, tries, options), options);
        }
      }
    },
  };
}

/**
 * NCBI says how many requests are left in the running second. None left although our own starts cannot
 * have used them all up means that somebody outside uses the same key or address: let that second pass.
 * Where our own can have, the gap to the next start is what keeps to the limit, and a pause on top would
 * only waste starts.
 */
async function honourRemaining(
  { headers }: HttpAnswer,
  budget: RequestBudget,
  { signal }: CallOptions,
): Promise<void> {
  if (headers.get('x-ratelimit-remaining')?.trim() !== '0') return;
  const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
  const ownAtMost = Math.ceil(1_000 / budget.gapMs);
  if (limit > ownAtMost) await budget.coolDown(COOLDOWN_MS, { signal });
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
