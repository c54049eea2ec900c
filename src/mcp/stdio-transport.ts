import type { Readable, Writable } from 'node:stream';
import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  type RequestId,
  type Transport,
} from '@modelcontextprotocol/server';
import { InputLines } from './input-lines.ts';
import { OutputLines } from './output-lines.ts';
import { type Refusal, readMessage } from './read-message.ts';

export interface StdioTransportOptions {
  stdin: Readable;
  stdout: Writable;
  /** Of one line; a longer one is refused, and the connection goes on behind it. */
  maxFrameBytes?: number;
  /** Hears every message of the client before it is served. */
  onMessage?: (message: JSONRPCMessage) => void;
  /** Hears the end of the connection, whoever ended it. */
  onEnd: () => void;
  /** Once the input has ended, how long what was asked for has to be answered. Default 10 s. */
  graceMs?: number;
}

const MOST_FRAME_BYTES = 4 * 1_048_576;
/** While so many requests are unanswered, no more are taken. */
const MOST_OPEN_REQUESTS = 256;
/** Read ahead while nothing is taken: only who reads can see that the other side hung up. */
const MOST_WAITING_BYTES = 1_048_576;
/** The first call opens the corpus. */
const GRACE_MS = 10_000;

/**
 * One message a line. What is no message is answered with the error that JSON-RPC has for it. While the
 * client does not read, or many of its requests are unanswered, nothing more is taken from it: neither pile
 * up. At the end of the input what was asked for is still answered, as far as a short grace time goes; with
 * the end of the output it is over at once.
 */
export function createStdioTransport({
  stdin,
  stdout,
  onMessage,
  onEnd,
  maxFrameBytes = MOST_FRAME_BYTES,
  graceMs = GRACE_MS,
}: StdioTransportOptions): Transport {
  const lines = new InputLines({ maxBytes: maxFrameBytes });
  const output = new OutputLines({ stdout, onWritten: closeWhenAnswered, onRoom: takeLines });
  let hasEnded = false;
  let isClosed = false;
  let isTaking = false;
  let grace: NodeJS.Timeout | undefined;
  const open = new Set<RequestId>();

  const transport: Transport = {
    async start() {
      if (stdin.readableEnded || stdin.destroyed) setImmediate(close);
      stdin.on('data', read);
      stdin.on('end', finish);
      stdin.on('close', () => {
        if (!hasEnded) close();
      });
      stdin.on('error', fail);
      stdout.on('error', fail);
      stdout.on('close', close);
    },
    send(message) {
      if (isClosed) return Promise.resolve(); // nobody is there to read it
      // Before its request is settled: what is not written keeps the connection open.
      const written = output.add(`${JSON.stringify(message)}\n`);
      if ('id' in message && !('method' in message) && message.id !== undefined) settle(message.id);
      return written;
    },
    async close() {
      close();
    },
  };
  return transport;

  function read(chunk: Buffer): void {
    lines.add(chunk);
    takeLines();
  }

  function finish(): void {
    hasEnded = true;
    grace = setTimeout(close, graceMs);
    takeLines();
  }

  /** As far as the client reads and its requests are answered. */
  function takeLines(): void {
    if (isTaking || isClosed) return;
    isTaking = true;
    while (mayTake()) {
      const line = lines.next();
      if (line === undefined) break;
      takeLine(line);
    }
    // The last line may have no end of its own.
    if (hasEnded && !lines.hasWaiting && mayTake()) takeLine(lines.finish());
    isTaking = false;
    if (isClosed || lines.waitingBytes > MOST_WAITING_BYTES) stdin.pause();
    else if (stdin.isPaused()) stdin.resume();
    closeWhenAnswered();
  }

  function mayTake(): boolean {
    return !isClosed && !output.isDraining && open.size < MOST_OPEN_REQUESTS;
  }

  function closeWhenAnswered(): void {
    if (hasEnded && lines.isEmpty && open.size === 0 && output.isEmpty) close();
  }

  function takeLine(line: string | null): void {
    if (line === null) {
      refuse({
        code: INVALID_REQUEST,
        message: `Invalid request: a message has at most ${maxFrameBytes} bytes`,
      });
    } else if (line !== '') {
      const read = readMessage(line);
      if ('refusal' in read) refuse(read.refusal);
      else deliver(read.message);
    }
  }

  function deliver(message: JSONRPCMessage): void {
    if ('method' in message) {
      if ('id' in message) {
        // That one stays open as long as the client listens.
        if (message.method !== LISTEN) open.add(message.id);
        // What is taken back is never answered.
      } else if (message.method === CANCELLED) settle(findCancelled(message.params));
    }
    onMessage?.(message);
    transport.onmessage?.(message);
  }

  function settle(id: RequestId | undefined): void {
    if (id !== undefined && open.delete(id)) takeLines();
  }

  function refuse({ code, message, id, cause }: Refusal): void {
    transport.onerror?.(new Error(message, { cause }));
    void transport.send({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), error: { code, message } });
  }

  function fail(error: Error): void {
    if (!isClosed) transport.onerror?.(error);
    close();
  }

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(grace);
    lines.forgetWaiting();
    stdin.off('data', read);
    stdin.pause();
    output.close();
    transport.onclose?.();
    onEnd();
  }
}

const LISTEN = 'subscriptions/listen';
const CANCELLED = 'notifications/cancelled';

function findCancelled(params: Record<string, unknown> | undefined): RequestId | undefined {
  const { requestId } = params ?? {};
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined;
}
