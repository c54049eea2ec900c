import type { CallOptions } from '../domain/call-options.ts';

const MOST_BYTES = 1_048_576;
const TIMEOUT_MS = 5_000;

/**
 * A JSON document of an issuer: in 5 s, of 1 MiB at most, and from this very address. Throws plain errors for
 * the log.
 */
export async function readJson(url: string, { signal }: CallOptions): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Error(`${url} answered more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (cause) {
    throw new Error(`${url} answered no JSON`, { cause });
  }
}
