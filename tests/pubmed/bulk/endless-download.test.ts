import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BulkSourceError } from '../../../src/pubmed/bulk/bulk-source-error.ts';
import { downloadFile } from '../../../src/pubmed/bulk/download-file.ts';
import type { HttpReply } from '../../../src/pubmed/bulk/guarded-http.ts';

const URL_OF_FILE = 'https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/pubmed26n0001.xml.gz';

async function* sendForEver(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}

test('a server that sends on and on is left, and what it sent does not stay on the disk', async ({
  signal,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-endless-'));
  const reply: HttpReply = {
    status: 200,
    headers: {},
    url: new URL(URL_OF_FILE),
    body: sendForEver(),
    drop: () => undefined,
  };
  const needs = {
    http: { get: async () => reply },
    mostBytes: 1_000_000,
    getMd5: async () => '0'.repeat(32),
    timing: { random: () => 0, sleep: async () => undefined },
    log: { warn: () => undefined },
  };
  const request = { md5: '0'.repeat(32), folder, onProgress: () => undefined };
  const file = { name: 'pubmed26n0001.xml.gz', url: URL_OF_FILE };
  await assert.rejects(downloadFile(needs, file, request, { signal }), (error) => {
    assert.ok(error instanceof BulkSourceError);
    assert.match(error.hint, /^pubmed26n0001\.xml\.gz: it is far longer than any file of NLM/);
    return true;
  });
  assert.deepEqual(await readdir(folder), []);
  await rm(folder, { recursive: true });
});
