import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { openPostgres } from '../../src/store/database.ts';
import { createTestPostgres } from '../support/databases.ts';
import { sampleRecords } from '../support/eutils.ts';
import { startNcbiStandIn } from '../support/ncbi-stand-in/ncbi-stand-in.ts';

const PROGRAM = join(import.meta.dirname, '../support/ask-ncbi.ts');
const PROCESSES = 4;
const run = promisify(execFile);

describe('four processes on one database', () => {
  const cases = [
    { what: 'without a key', requests: 4, key: [] },
    { what: 'with one key', requests: 8, key: ['k_shared_0123456789'] },
  ];
  for (const { what, requests, key } of cases) {
    test(`${what} all ask at once, and NCBI refuses none for coming too fast`, async () => {
      const url = await createTestPostgres();
      await (await openPostgres({ url, max: 1 }))[Symbol.asyncDispose]();
      await using ncbi = await startNcbiStandIn({ records: sampleRecords });
      const args = [PROGRAM, url, ncbi.url, String(requests), ...key];
      const asking = Array.from({ length: PROCESSES }, () => run(process.execPath, args));
      const answered = (await Promise.all(asking)).map(({ stdout }) => Number(stdout));
      assert.deepEqual(answered, Array(PROCESSES).fill(requests));
      assert.deepEqual(
        ncbi.requests.map(({ status }) => status),
        Array(PROCESSES * requests).fill(200),
      );
    });
  }
});
