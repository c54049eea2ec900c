import type { WeaviateClient } from 'weaviate-client';
import { type CallOptions, NEVER } from '../../domain/call-options.ts';
import { untilAborted } from '../../domain/concurrency/until-aborted.ts';
import { createSecret, type Secret } from '../../domain/settings/secret.ts';
import { BioMcpError, type ErrorCode } from '../../errors/bio-mcp-error.ts';
import { ConfigError } from '../../errors/config-error.ts';
import { isAbort, isKeyRefused, timedOut, toWeaviateError, unreachable } from './weaviate-errors.ts';
import { openWeaviateLink, type WeaviateLink, type WeaviatePackage } from './weaviate-link.ts';

export interface WeaviateServer {
  /** `http://host:8080`, a path in front of the API included. */
  url: string;
  /** `http://host:50051`. */
  grpcUrl: string;
  /** `null`: the server lets anybody in. */
  apiKey: string | null;
  /** Reads it again once the server refuses it. Default: it stays what it is. */
  readApiKey?: (() => Promise<string>) | undefined;
}

/** A call's own deadline, and the caller's signal; both end it. */
export interface WeaviateCallOptions extends CallOptions {
  /** Completes "failed to …" for the operator. */
  doing: string;
  deadlineMs: number;
  /**
   * It changes what the server holds: when `ask` rejects, the call has ended, so that nothing of it comes
   * after what undoes it. Where the server took the call and is silent, that may be as late as `silenceMs`
   * after it began. Default false.
   */
  isWrite?: boolean;
}

/**
 * Calls to one Weaviate server. It opens nothing before the first call, so that it can be made while the
 * server is down.
 */
export interface WeaviateConnection extends AsyncDisposable {
  readonly weaviate: WeaviatePackage;
  /**
   * The deadline of whatever changes what the server holds: a server that takes a call and stays silent is
   * given up then.
   */
  readonly silenceMs: number;
  /**
   * Runs `call`, whose own signal aborts at the deadline too; `link` sends what the client is slow at.
   * Failures are `WEAVIATE_UNAVAILABLE`, `WEAVIATE_TIMEOUT` or `INDEX_UNAVAILABLE`; an abort by the caller
   * rejects with its reason.
   */
  ask<T>(call: WeaviateCall<T>, options: WeaviateCallOptions): Promise<T>;
}

export type WeaviateCall<T> = (
  client: WeaviateClient,
  signal: AbortSignal,
  link: Pick<WeaviateLink, 'insert' | 'search'>,
) => Promise<T>;

/** Throws `ConfigError`, one sentence, where the optional package is missing. */
export async function openWeaviateConnection({
  server,
  importWeaviate = () => import('weaviate-client'),
  silenceMs = SILENCE_MS,
}: {
  server: WeaviateServer;
  /** Of the connection; default 30 s. */
  silenceMs?: number;
  importWeaviate?: () => Promise<WeaviatePackage>;
}): Promise<WeaviateConnection> {
  const weaviate = await importWeaviate().catch(() => {
    throw new ConfigError([
      'BIO_MCP_WEAVIATE_URL needs a package that is not installed: run `npm install weaviate-client@3.14.0`.',
    ]);
  });
  return new LazyConnection(weaviate, server, silenceMs);
}

/** A request of 500 objects takes a few seconds on a busy server. */
const SILENCE_MS = 30_000;
const INIT_SECONDS = 2;
const PROBE_MS = 2_000;
/**
 * A call that takes longer is asked about: the client would go on trying a server that is gone
 * until the deadline.
 */
const WATCH_MS = 1_000;
/** One for all calls: to make one takes longer than the rest of what watching costs. */
const ENDED = new DOMException('The call has ended.', 'AbortError');

type Purpose = 'reads' | 'writes';

class LazyConnection implements WeaviateConnection {
  readonly weaviate: WeaviatePackage;
  readonly silenceMs: number;
  readonly #server: WeaviateServer;
  readonly #key: Secret;
  /** Writes have their own: one that is given up is closed under them at once. */
  readonly #channels: Record<Purpose, Channel | null> = { reads: null, writes: null };
  /**
   * Whether the last call failed, or none was made: the next one first asks whether the server is
   * there at all.
   */
  #isSuspect = true;
  #isClosed = false;

  constructor(weaviate: WeaviatePackage, server: WeaviateServer, silenceMs: number) {
    this.weaviate = weaviate;
    this.#server = server;
    this.#key = createSecret(server.apiKey, server.readApiKey);
    this.silenceMs = silenceMs;
  }

  async ask<T>(call: WeaviateCall<T>, options: WeaviateCallOptions): Promise<T> {
    const usedKey = this.#key.value;
    try {
      return await this.#askOnce(call, options);
    } catch (error) {
      // Nothing was done by a call that the server let nobody make.
      if (!isKeyRefused(error) || !(await this.#key.renew(usedKey))) throw error;
      this.#startAnew();
      return await this.#askOnce(call, options);
    }
  }

  async #askOnce<T>(
    call: WeaviateCall<T>,
    { doing, deadlineMs, signal, isWrite = false }: WeaviateCallOptions,
  ): Promise<T> {
    signal.throwIfAborted();
    if (this.#isClosed) throw new BioMcpError('INDEX_UNAVAILABLE', 'The search index is closed.');
    const deadline = AbortSignal.timeout(deadlineMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      // The client tries a refused gRPC call again for half a minute; a refused request says so at once.
      if (this.#isSuspect) await this.#probe(doing, either);
      const work = (watched: AbortSignal) =>
        isWrite ? this.#askToWrite(call, watched) : this.#askToRead(call, watched);
      const answer = await this.#watching(doing, either, work);
      this.#isSuspect = false;
      return answer;
    } catch (error) {
      // Cancelled by its caller: that says nothing about the server.
      if (signal.aborted) throw signal.reason;
      const isLate = deadline.aborted && !(error instanceof BioMcpError);
      const failure = isLate ? timedOut(doing, deadlineMs) : toWeaviateError(error, doing);
      if (isOfServer(failure)) this.#startAnew();
      if (isLate) await this.#probe(doing, NEVER.signal).catch(rethrowUnlessLate);
      throw failure;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const { reads, writes } = this.#channels;
    await Promise.all([reads?.close(), writes?.close()]);
  }

  #askToRead<T>(call: WeaviateCall<T>, signal: AbortSignal): Promise<T> {
    const channel = this.#toChannel('reads');
    return channel.use((link) => untilAborted(call(link.client, signal, link), signal), signal);
  }

  /** The client would try a refused call again for half a minute, but not on a channel that is closed. */
  #askToWrite<T>(call: WeaviateCall<T>, signal: AbortSignal): Promise<T> {
    const channel = this.#toChannel('writes');
    return channel.use(async (link) => {
      const answer = call(link.client, signal, link);
      try {
        return await untilAborted(answer, signal);
      } catch (error) {
        if (signal.aborted) {
          this.#forget('writes', channel);
          await channel.close();
          await Promise.allSettled([answer]);
        }
        throw error;
      }
    }, signal);
  }

  #toChannel(purpose: Purpose): Channel {
    const open = this.#channels[purpose];
    if (open !== null) return open;
    const opening = this.#connect();
    const channel = new Channel(opening);
    this.#channels[purpose] = channel;
    opening.catch(() => this.#forget(purpose, channel)); // whoever uses it gets the failure
    return channel;
  }

  #forget(purpose: Purpose, channel: Channel): void {
    if (this.#channels[purpose] === channel) this.#channels[purpose] = null;
  }

  /**
   * Ends as soon as the server refuses to be asked whether it is ready; one that is only slow may
   * take its time.
   */
  async #watching<T>(
    doing: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const refused = new AbortController();
    const ended = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const watch = () => {
      if (ended.signal.aborted || signal.aborted) return; // an abort ends the work by itself
      timer = setTimeout(() => {
        const probing = this.#probe(doing, AbortSignal.any([signal, ended.signal]));
        probing.catch(rethrowUnlessLate).then(watch, (error: unknown) => refused.abort(error));
      }, WATCH_MS);
      timer.unref();
    };
    watch();
    try {
      return await work(AbortSignal.any([signal, refused.signal]));
    } finally {
      clearTimeout(timer);
      ended.abort(ENDED);
    }
  }

  async #probe(doing: string, signal: AbortSignal): Promise<void> {
    const ready = `${this.#server.url.replace(/\/$/, '')}/v1/.well-known/ready`;
    const own = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
    const fetchReady = () => fetch(ready, { signal: own });
    // A connection that was kept may be one that broke meanwhile: a second request opens its own.
    const response = await fetchReady()
      .catch(fetchReady)
      .catch((cause: unknown) => {
        if (signal.aborted) throw signal.reason;
        throw isTimeout(cause) ? timedOut(doing, PROBE_MS) : unreachable(doing, cause);
      });
    await response.body?.cancel();
    if (response.ok) return;
    throw unreachable(doing, new Error(`it answered ${response.status} when asked whether it is ready`));
  }

  #connect(): Promise<WeaviateLink> {
    const { weaviate } = this;
    const { url, grpcUrl } = this.#server;
    // A write that is given up ends at its own limit at the latest.
    const seconds = { init: INIT_SECONDS, query: SILENCE_MS / 1_000, insert: this.silenceMs / 1_000 };
    return openWeaviateLink({ weaviate, url, grpcUrl, apiKey: this.#key.value, seconds });
  }

  /**
   * A gRPC channel that lost its server waits up to two minutes before it tries again; a new one
   * tries at once.
   */
  #startAnew(): void {
    const { reads, writes } = this.#channels;
    this.#channels.reads = null;
    this.#channels.writes = null;
    this.#isSuspect = true;
    reads?.closeWhenIdle();
    writes?.closeWhenIdle();
  }
}

/** A client that others may still be asking when it is given up. */
class Channel {
  readonly #link: Promise<WeaviateLink>;
  #calls = 0;
  #closing: Promise<void> | null = null;
  #isGivenUp = false;

  constructor(link: Promise<WeaviateLink>) {
    this.#link = link;
  }

  async use<T>(call: (link: WeaviateLink) => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#calls++;
    try {
      const link = await untilAborted(this.#link, signal);
      signal.throwIfAborted();
      return await call(link);
    } finally {
      this.#calls--;
      if (this.#isGivenUp && this.#calls === 0) await this.close();
    }
  }

  closeWhenIdle(): void {
    this.#isGivenUp = true;
    // What closes is done with: there is nobody left whom its failure could concern.
    if (this.#calls === 0) void this.close().catch(() => undefined);
  }

  close(): Promise<void> {
    this.#closing ??= this.#link.then(
      (link) => link.close(),
      () => undefined, // what could not be opened is closed
    );
    return this.#closing;
  }
}

const SERVER_CODES: ReadonlySet<ErrorCode> = new Set(['WEAVIATE_UNAVAILABLE', 'WEAVIATE_TIMEOUT']);

/** Slowness is what the deadline is for. */
function rethrowUnlessLate(error: unknown): void {
  if (!(error instanceof BioMcpError) || error.code !== 'WEAVIATE_TIMEOUT') throw error;
}

/** Weaviate itself failed: a collection that it does not hold is another matter. */
function isOfServer(failure: unknown): boolean {
  return failure instanceof BioMcpError && SERVER_CODES.has(failure.code);
}

function isTimeout(cause: unknown): boolean {
  return isAbort(cause) || (cause instanceof Error && cause.name === 'TimeoutError');
}
