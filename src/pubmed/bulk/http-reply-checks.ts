import { parseRetryAfter } from '../retry-after.ts';
import { BulkFault, BulkSourceError } from './bulk-source-error.ts';
import type { HttpReply } from './guarded-http.ts';

/**
 * Drops the reply and throws what its status means where that is none of `expected`: a `BulkFault` where
 * it may pass.
 */
export function checkStatus(reply: HttpReply, name: string, expected: readonly number[]): void {
  const { status, headers, url } = reply;
  if (expected.includes(status)) return;
  reply.drop();
  const detail = `HTTP ${status} from ${url.host}`;
  if (status === 429 || status === 408 || status >= 500) {
    const code = status === 429 ? 'PUBMED_RATE_LIMITED' : 'PUBMED_UNAVAILABLE';
    throw new BulkFault(detail, {
      code,
      retryAfterMs: parseRetryAfter(headers['retry-after'] ?? null, headers.date ?? null),
    });
  }
  if (status === 404 || status === 410) {
    throw new BulkSourceError(
      'VALIDATION',
      name,
      'the server has no such file or folder; check the address.',
      {
        detail,
      },
    );
  }
  throw new BulkSourceError('PUBMED_BAD_RESPONSE', name, `the server refuses to give it (HTTP ${status}).`, {
    detail,
  });
}

/** Throws a `BulkFault` beyond `mostBytes`. */
export async function readText(reply: HttpReply, mostBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of reply.body) {
    bytes += piece.length;
    if (bytes > mostBytes) {
      throw new BulkFault(`more than ${mostBytes} bytes came`, { code: 'PUBMED_BAD_RESPONSE' });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
