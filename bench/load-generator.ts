import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Post {
  url: string;
  body: string;
  /** Beside those that every request has. */
  headers?: Record<string, string> | undefined;
  /** Connections, each with one request at a time. */
  clients: number;
  durationMs: number;
  /**
   * After a refusal, before the same client asks again: far less than the Retry-After of the answer. Each
   * pause is half of it to one and a half, or else all clients would ask in one moment for ever.
   */
  pauseMs?: number;
}

export interface Answer {
  status: number;
  ms: number;
}

/** Connections that stay open between two rounds. */
export interface Clients extends Disposable {
  /** Posts so many requests over all of them. */
  post(requests: number): Promise<Answer[]>;
}

export async function openClients({ url, body, headers, clients }: Omit<Post, 'durationMs' | 'pauseMs'>) {
  const request = toRequest({ url, body, headers });
  const sockets = await Promise.all(Array.from({ length: clients }, () => open(url)));
  return {
    async post(requests) {
      const answers: Answer[] = [];
      let left = requests;
      await Promise.all(
        sockets.map(async (socket) => {
          while (left > 0) {
            left -= 1;
            answers.push(await post(socket, request));
          }
        }),
      );
      return answers;
    },
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
    },
  } satisfies Clients;
}

/**
 * Posts again and again over kept connections until the time is over. The requests are bytes that are
 * made once, and of an answer only what ends it is read: Node's own client costs more than the server
 * that it would measure.
 */
export async function postRepeatedly(asked: Post): Promise<Answer[]> {
  const { url, clients, durationMs, pauseMs = 0 } = asked;
  const request = toRequest(asked);
  const answers: Answer[] = [];
  const endsAt = performance.now() + durationMs;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = await open(url);
      while (performance.now() < endsAt) {
        const answer = await post(socket, request);
        answers.push(answer);
        if (answer.status === 429 || answer.status === 503) await delay(pauseMs * (0.5 + Math.random()));
      }
      socket.destroy();
    }),
  );
  return answers;
}

function toRequest({ url, body, headers = {} }: Pick<Post, 'url' | 'body' | 'headers'>): Buffer {
  const { host, pathname } = new URL(url);
  const own = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${own}\r\n${body}`,
  );
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** The servers answer with a status, a content-length and as many bytes, or in chunks up to the empty one. */
function post(socket: Socket, request: Buffer): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    let answer = '';
    const onEnd = () => reject(new Error(`the server ended the connection after: ${answer}`));
    const onData = (bytes: Buffer) => {
      answer += bytes.toString('latin1');
      const headEnd = answer.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
      if (
        length === undefined
          ? !answer.endsWith('\r\n0\r\n\r\n')
          : answer.length < headEnd + 4 + Number(length)
      )
        return;
      socket.off('data', onData).off('error', reject).off('close', onEnd);
      resolve({ status: Number(answer.slice(9, 12)), ms: performance.now() - startedAt });
    };
    socket.on('data', onData).on('error', reject).on('close', onEnd);
    socket.write(request);
  });
}

/** 0 where there are none. */
export function toPercentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
