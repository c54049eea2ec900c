import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  status: number;
  body: unknown;
}

export async function ask(port: number, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

/** Resolves to the milliseconds until `/readyz` answered 200. Rejects after a minute. */
export async function untilReady(port: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await ask(port, 'GET', '/readyz').catch(() => null);
    const waited = Math.round(performance.now() - startedAt);
    if (answer?.status === 200) return waited;
    if (waited > 60_000)
      throw new Error(`Port ${port} was not ready within a minute: ${JSON.stringify(answer)}`);
    await sleep(20);
  }
}
