import { setTimeout as sleep } from 'node:timers/promises';
import type { WeaviateClient } from 'weaviate-client';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { ConfigError } from '../errors/config-error.ts';
import { isAbort, timedOut, toWeaviateError, unreachable } from './weaviate-errors.ts';

export type WeaviatePackage = typeof import('weaviate-client');

export interface WeaviateServer {
  /** `http://host:8080`, a path in front of the API included. */
  url: string;
  /** `http://host:50051`. */
  grpcUrl: string;
  /** `null`: the server lets anybody in. */
  apiKey: string | null;
}

/** A call's own deadline, and the caller's signal; both end it. */
export interface WeaviateCallOptions extends CallOptions {
  /** Completes "failed to …" for the operator. */
  doing: string;
  deadlineMs: number;
}

/** Calls to one Weaviate server. It opens nothing before the first call, so that it can be made while the server is down. */
export interface WeaviateConnection extends AsyncDisposable {
  readonly weaviate: WeaviatePackage;
  /**
   * Runs `call`, whose own signal aborts at the deadline too. Failures are `WEAVIATE_UNAVAILABLE`, `WEAVIATE_TIMEOUT` or
   * `INDEX_UNAVAILABLE`; an abort by the caller rejects with its reason.
   */
  ask<T>(
    call: (client: WeaviateClient, signal: AbortSignal) => Promise<T>,
    options: WeaviateCallOptions,
  ): Promise<T>;
}

/** Throws `ConfigError`, one sentence, where the optional package is missing. */
export async function openWeaviateConnection({
  server,
  importWeaviate = () => import('weaviate-client'),
}: {
  server: WeaviateServer;
  importWeaviate?: () => Promise<WeaviatePackage>;
}): Promise<WeaviateConnection> {
  const weaviate = await importWeaviate().catch(() => {
    throw new ConfigError([
      'BIO_MCP_WEAVIATE_URL needs a package that is not installed: run `npm install weaviate-client@3.14.0`.',
    ]);
  });
  return new LazyConnection(weaviate, server);
}

/** The client's own limits lie above every deadline, so that ours decide. */
const CLIENT_TIMEOUT_SECONDS = { init: 2, query: 180, insert: 180 };
const PROBE_MS = 2_000;
const NEVER = new AbortController().signal;
/** A call that takes longer is asked about: the client would go on trying a server that is gone until the deadline. */
const WATCH_MS = 1_000;

class LazyConnection implements WeaviateConnection {
  readonly weaviate: WeaviatePackage;
  readonly #server: WeaviateServer;
  #channel: Channel | null = null;
  /** Whether the last call failed, or none was made: the next one first asks whether the server is there at all. */
  #isSuspect = true;
  #isClosed = false;

  constructor(weaviate: WeaviatePackage, server: WeaviateServer) {
    this.weaviate = weaviate;
    this.#server = server;
  }

  async ask<T>(
    call: (client: WeaviateClient, signal: AbortSignal) => Promise<T>,
    { doing, deadlineMs, signal }: WeaviateCallOptions,
  ): Promise<T> {
    signal.throwIfAborted();
    if (this.#isClosed) throw new BioMcpError('INDEX_UNAVAILABLE', 'The search index is closed.');
    const deadline = AbortSignal.timeout(deadlineMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      // The client tries a refused gRPC call again for half a minute; a refused request says so at once.
      if (this.#isSuspect) await this.#probe(doing, either);
      const answer = await this.#watching(doing, either, () => this.#askChannel(call, either));
      this.#isSuspect = false;
      return answer;
    } catch (error) {
      // Cancelled by its caller: that says nothing about the server.
      if (signal.aborted) throw signal.reason;
      const isLate = deadline.aborted && !(error instanceof BioMcpError);
      const failure = isLate ? timedOut(doing, deadlineMs) : toWeaviateError(error, doing);
      if (isOfServer(failure)) this.#startAnew();
      if (isLate) await this.#probe(doing, NEVER).catch(rethrowUnlessLate);
      throw failure;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#channel?.close();
  }

  async #askChannel<T>(
    call: (client: WeaviateClient, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    this.#channel ??= new Channel(this.#connect());
    const channel = this.#channel;
    return channel.use((client) => {
      signal.throwIfAborted();
      return raceAbort(call(client, signal), signal);
    });
  }

  /** Fails as soon as the server refuses to be asked whether it is ready; one that is only slow may take its time. */
  async #watching<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    const watch = async (): Promise<never> => {
      for (;;) {
        await sleep(WATCH_MS, undefined, { signal: either, ref: false });
        await this.#probe(doing, either).catch(rethrowUnlessLate);
      }
    };
    const watching = watch();
    watching.catch(() => undefined); // the end of the work ends it
    try {
      return await Promise.race([work(), watching]);
    } finally {
      done.abort();
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

  #connect(): Promise<WeaviateClient> {
    const { weaviate } = this;
    const { url, grpcUrl, apiKey } = this.#server;
    return weaviate.default.client({
      connectionParams: { http: toAddress(url), grpc: toAddress(grpcUrl) },
      ...(apiKey === null ? {} : { auth: new weaviate.ApiKey(apiKey) }),
      timeout: CLIENT_TIMEOUT_SECONDS,
      skipInitChecks: true,
    });
  }

  /** A gRPC channel that lost its server waits up to two minutes before it tries again; a new one tries at once. */
  #startAnew(): void {
    const channel = this.#channel;
    this.#channel = null;
    this.#isSuspect = true;
    channel?.closeWhenIdle();
  }
}

/** A client that others may still be asking when it is given up. */
class Channel {
  readonly #client: Promise<WeaviateClient>;
  #calls = 0;
  #isGivenUp = false;

  constructor(client: Promise<WeaviateClient>) {
    this.#client = client;
  }

  async use<T>(call: (client: WeaviateClient) => Promise<T>): Promise<T> {
    this.#calls++;
    try {
      return await call(await this.#client);
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

  async close(): Promise<void> {
    await (await this.#client).close();
  }
}

/** Slowness is what the deadline is for. */
function rethrowUnlessLate(error: unknown): void {
  if (!(error instanceof BioMcpError) || error.code !== 'WEAVIATE_TIMEOUT') throw error;
}

function isOfServer(failure: unknown): boolean {
  return failure instanceof BioMcpError && failure.code.startsWith('WEAVIATE_');
}

function isTimeout(cause: unknown): boolean {
  return isAbort(cause) || (cause instanceof Error && cause.name === 'TimeoutError');
}

/** The client heeds a signal in its searches only; whatever it goes on with has nobody to answer to. */
async function raceAbort<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function toAddress(text: string): { host: string; port: number; secure: boolean; path: string } {
  const { protocol, hostname, port, pathname } = new URL(text);
  const secure = protocol === 'https:';
  return {
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    secure,
    path: pathname.replace(/\/$/, ''),
  };
}
