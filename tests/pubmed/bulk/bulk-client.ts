import type { lookup as systemLookup } from 'node:dns';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BulkAccess } from '../../../src/pubmed/bulk/bulk-source.ts';
import { createHttpBulkClient } from '../../../src/pubmed/bulk/http-bulk-client.ts';
import { silentLogger } from '../../support/telemetry/silent-logger.ts';

export const NEVER = { signal: new AbortController().signal };

/** A client whose pauses take no time and are noted down. */
export function makeClient({ lookup }: { lookup?: typeof systemLookup } = {}) {
  const pauses: number[] = [];
  const timing = {
    random: () => 1,
    async sleep(durationMs: number, { signal }: { signal: AbortSignal }) {
      signal.throwIfAborted();
      pauses.push(durationMs);
    },
  };
  const more = lookup === undefined ? {} : { lookup };
  const needs = { timing, log: silentLogger(), userAgent: 'bio-mcp/test', stallMs: 1_000, ...more };
  return { client: createHttpBulkClient(needs), pauses };
}

export function named(url: string): BulkAccess {
  const { host } = new URL(url);
  return { hosts: [host], privateHosts: [host] };
}

export async function makeFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'bio-mcp-bulk-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
