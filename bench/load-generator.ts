import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Post {
  url: string;
  body: string;
  /** Connections, each with one request at a time. */
  clients: number;
  durationMs: number;
  /** After a refusal, before the same client asks again: far less than the Retry-After of the answer. */
  pauseMs?: number;
}

export interface Answer {
  status: number;
  ms: number;
}

/** Posts again and again over kept connections until the time is over. */
export async function postRepeatedly({
  url,
  body,
  clients,
  durationMs,
  pauseMs = 0,
}: Post): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const answers: Answer[] = [];
  const endsAt = performance.now() + durationMs;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < endsAt) {
        const answer = await post(agent, url, body);
        answers.push(answer);
        if (answer.status === 429) await delay(pauseMs);
      }
    }),
  );
  agent.destroy();
  return answers;
}

function post(agent: Agent, url: string, body: string): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, ms: performance.now() - startedAt }),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** 0 where there are none. */
export function toPercentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
