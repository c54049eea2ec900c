import type { Readable, Writable } from 'node:stream';
import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  PARSE_ERROR,
  parseJSONRPCMessage,
  type RequestId,
  type Transport,
} from '@modelcontextprotocol/server';

export interface StdioTransportOptions {
  stdin: Readable;
  stdout: Writable;
  /** Of one line; a longer one is refused, and the connection goes on behind it. */
  maxFrameBytes?: number;
  /** Hears the end of the connection, whoever ended it. */
  onEnd: () => void;
}

const MOST_FRAME_BYTES = 4 * 1_048_576;
/** While so many requests are unanswered, no more are read. */
const MOST_OPEN_REQUESTS = 256;
const NEW_LINE = 0x0a;

/**
 * One message a line. What is no message is answered with the error that JSON-RPC has for it. While the client does not
 * read, or many of its requests are unanswered, nothing more is read from it: neither pile up. Ends when either stream
 * does.
 */
export function createStdioTransport({
  stdin,
  stdout,
  onEnd,
  maxFrameBytes = MOST_FRAME_BYTES,
}: StdioTransportOptions): Transport {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let isTooLong = false;
  let isClosed = false;
  let isDraining = false;
  let writing = Promise.resolve();
  const open = new Set<RequestId>();

  const transport: Transport = {
    async start() {
      if (stdin.readableEnded || stdin.destroyed) setImmediate(close);
      stdin.on('data', read);
      stdin.on('end', close);
      stdin.on('close', close);
      stdin.on('error', fail);
      stdout.on('error', fail);
      stdout.on('close', close);
    },
    send(message) {
      if (isClosed) return Promise.resolve(); // nobody is there to read it
      if ('id' in message && !('method' in message) && message.id !== undefined) settle(message.id);
      const line = `${JSON.stringify(message)}\n`;
      writing = writing.then(() => write(line));
      return writing;
    },
    async close() {
      close();
    },
  };
  return transport;

  function read(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, from)) {
      take(chunk.subarray(from, at));
      finishLine();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }

  function take(piece: Buffer): void {
    bytes += piece.length;
    if (bytes > maxFrameBytes) {
      isTooLong = true;
      pieces = [];
    }
    if (!isTooLong && piece.length > 0) pieces.push(piece);
  }

  function finishLine(): void {
    const line = Buffer.concat(pieces).toString('utf8').trim();
    const wasTooLong = isTooLong;
    pieces = [];
    bytes = 0;
    isTooLong = false;
    if (wasTooLong) refuse(INVALID_REQUEST, `Invalid request: a message has at most ${maxFrameBytes} bytes`);
    else if (line !== '') deliver(line);
  }

  function deliver(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      refuse(PARSE_ERROR, 'Parse error: the line is no JSON', undefined, error);
      return;
    }
    if (Array.isArray(value)) {
      refuse(INVALID_REQUEST, 'Invalid request: batches are not part of the protocol');
      return;
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(value);
    } catch (error) {
      refuse(INVALID_REQUEST, 'Invalid request: the line is no JSON-RPC message', findId(value), error);
      return;
    }
    if ('method' in message) {
      if ('id' in message) open.add(message.id);
      // What is taken back is never answered.
      else if (message.method === CANCELLED) settle(findCancelled(message.params));
      balance();
    }
    transport.onmessage?.(message);
  }

  function settle(id: RequestId | undefined): void {
    if (id !== undefined && open.delete(id)) balance();
  }

  function balance(): void {
    if (isClosed || isDraining || open.size >= MOST_OPEN_REQUESTS) stdin.pause();
    else if (stdin.isPaused()) stdin.resume();
  }

  function refuse(code: number, message: string, id?: RequestId, cause?: unknown): void {
    transport.onerror?.(new Error(message, { cause }));
    void transport.send({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), error: { code, message } });
  }

  /** Resolves once the line is with the system, or the client is gone. */
  function write(line: string): Promise<void> {
    if (isClosed || stdout.write(line)) return Promise.resolve();
    isDraining = true;
    balance();
    return new Promise((resolve) => {
      const goOn = () => {
        stdout.off('drain', goOn);
        stdout.off('close', goOn);
        isDraining = false;
        balance();
        resolve();
      };
      stdout.once('drain', goOn);
      stdout.once('close', goOn);
    });
  }

  function fail(error: Error): void {
    if (!isClosed) transport.onerror?.(error);
    close();
  }

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    stdin.off('data', read);
    stdin.pause();
    transport.onclose?.();
    onEnd();
  }
}

const CANCELLED = 'notifications/cancelled';

function findCancelled(params: Record<string, unknown> | undefined): RequestId | undefined {
  const { requestId } = params ?? {};
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined;
}

function findId(value: unknown): RequestId | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' || typeof value.id === 'number' ? value.id : undefined;
}
