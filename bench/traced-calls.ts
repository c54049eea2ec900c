import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { PerformanceObserver } from 'node:perf_hooks';
import type { WeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';

interface TracedCall {
  doing: string;
  /** From the question's start, ms. */
  from: number;
  took: number;
  /** Of all sockets meanwhile: of calls side by side each counts what came for the other. */
  received: number;
}

/** What one question cost. */
export interface Trace {
  ms: number;
  /** Processor time of the process, of all its threads. */
  own: number;
  garbage: number;
  received: number;
  /** All words are weighed by one; right after a load, eight. */
  calls: TracedCall[];
}

export interface CallTracer extends Disposable {
  /** What is to be asked in place of the one that was given. */
  connection: WeaviateConnection;
  /** One question at a time. */
  trace(work: () => Promise<unknown>): Promise<Trace>;
}

/** Must come before the connection's first call: it counts what comes through sockets that open after it. */
export function traceCalls(connection: WeaviateConnection): CallTracer {
  const sockets = new Set<Socket>();
  const onSocket = (message: unknown) => sockets.add((message as { socket: Socket }).socket);
  subscribe('net.client.socket', onSocket);
  const observer = new PerformanceObserver((list) => addGarbage(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  let [calls, garbage, startedAt]: [TracedCall[], number, number] = [[], 0, 0];
  return {
    connection: {
      weaviate: connection.weaviate,
      silenceMs: connection.silenceMs,
      async ask(call, options) {
        const [from, before] = [performance.now(), countReceived()];
        const answer = await connection.ask(call, options);
        const [took, received] = [performance.now() - from, countReceived() - before];
        calls.push({ doing: options.doing, from: from - startedAt, took, received });
        return answer;
      },
      [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
    },
    async trace(work) {
      addGarbage(observer.takeRecords());
      [calls, garbage, startedAt] = [[], 0, performance.now()];
      const [before, cpu] = [countReceived(), process.cpuUsage()];
      await work();
      const ms = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpu);
      addGarbage(observer.takeRecords());
      return { ms, own: (user + system) / 1_000, garbage, received: countReceived() - before, calls };
    },
    [Symbol.dispose]() {
      observer.disconnect();
      unsubscribe('net.client.socket', onSocket);
    },
  };

  function addGarbage(entries: readonly { duration: number }[]): void {
    for (const { duration } of entries) garbage += duration;
  }

  function countReceived(): number {
    return [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }
}

/** A line for the question, and one for each call. */
export function tellTrace(query: string, { ms, own, garbage, received, calls }: Trace): string {
  const head = `${ms.toFixed(1)} ms, own CPU-ms ${own.toFixed(1)}, garbage ${garbage.toFixed(1)}, ${toKb(received)}: ${query}`;
  const lines = calls
    .toSorted((a, b) => a.from - b.from)
    .map(
      (call) =>
        `  at ${call.from.toFixed(1)} for ${call.took.toFixed(1)}, ${toKb(call.received)}: ${call.doing}`,
    );
  return [head, ...lines].map((line) => `      ${line}`).join('\n');
}

export function toKb(bytes: number): string {
  return `${(bytes / 1_000).toFixed(0)} kB`;
}
