import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { sampleRecords } from '../support/pubmed/eutils.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';

const PROGRAM = join(import.meta.dirname, '../support/pubmed/ask-ncbi.ts');
const PROCESSES = 4;

describe('four processes on one database', () => {
  const cases = [
    { what: 'without a key', requests: 4, key: [] },
    { what: 'with one key', requests: 8, key: ['k_shared_0123456789'] },
  ];
  for (const { what, requests, key } of cases) {
    test(`${what} all ask at once, and NCBI refuses none for coming too fast`, async () => {
      const url = await createTestPostgres();
      await using ncbi = await startNcbiStandIn({ records: sampleRecords });
      const args = [PROGRAM, url, ncbi.url, String(requests), ...key];
      const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
      const processes = Array.from({ length: PROCESSES }, () => spawn(process.execPath, args, { stdio }));
      await Promise.all(processes.map(({ stdout }) => once(stdout, 'readable')));
      for (const { stdin } of processes) stdin.end();
      const said = await Promise.all(processes.map(({ stdout }) => text(stdout)));
      assert.deepEqual(said, Array(PROCESSES).fill(`ready\n${requests}\n`));
      assert.deepEqual(
        ncbi.requests.map(({ status }) => status),
        Array(PROCESSES * requests).fill(200),
      );
    });
  }
});
