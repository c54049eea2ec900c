import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { createTestPostgres } from '../support/postgres/databases.ts';
import type { Asked } from '../support/pubmed/ask-ncbi.ts';
import { sampleRecords } from '../support/pubmed/eutils.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';

const PROGRAM = join(import.meta.dirname, '../support/pubmed/ask-ncbi.ts');
const PROCESSES = 4;
/** Clocks are read in whole milliseconds. */
const CLOCK_STEP_MS = 2;

describe('four processes on one database', () => {
  const cases = [
    { what: 'without a key', requests: 4, key: [] },
    { what: 'with one key', requests: 8, key: ['k_shared_0123456789'] },
  ];
  for (const { what, requests, key } of cases) {
    test(`${what} all ask at once, and no two starts are booked closer than NCBI allows`, async () => {
      const url = await createTestPostgres();
      // How late a request arrives is the machine's matter: what was booked is looked at.
      await using ncbi = await startNcbiStandIn({ records: sampleRecords, limits: false });
      const args = [PROGRAM, url, ncbi.url, String(requests), ...key];
      const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
      const processes = Array.from({ length: PROCESSES }, () => spawn(process.execPath, args, { stdio }));
      await Promise.all(processes.map(({ stdout }) => once(stdout, 'readable')));
      for (const { stdin } of processes) stdin.end();
      const said = await Promise.all(processes.map(({ stdout }) => text(stdout)));
      const asked = said.map((one): Asked => JSON.parse(one.replace('ready\n', '')));
      assert.deepEqual(
        asked.map(({ answered }) => answered),
        Array(PROCESSES).fill(requests),
      );
      requireGaps(asked.flatMap(({ starts }) => starts));
    });
  }
});

/** There are moments, one for each start and within what is known of it, as far apart as is asked. */
function requireGaps(starts: Asked['starts']): void {
  assert.ok(starts.length >= PROCESSES);
  let next = 0;
  for (const { from, to, gapMs } of starts.toSorted((one, other) => one.to - other.to)) {
    const at = Math.max(from, next);
    assert.ok(at <= to + CLOCK_STEP_MS, `booked for ${to}, and not before ${at} should it be`);
    next = at + gapMs;
  }
}
