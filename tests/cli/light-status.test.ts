import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeTestFolder } from '../archive/sealed-record.ts';
import { listLoads, TELL_LOADS } from '../support/tell-loads.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

test('`status` opens the database while the rest is loaded, and starts no thread for the archive', async () => {
  await using home = await makeTestFolder();
  const status = (...nodeOptions: string[]) =>
    promisify(execFile)(process.execPath, [...nodeOptions, MAIN, 'status'], {
      env: { PATH: process.env.PATH, BIO_MCP_DATA_DIR: home.path, BIO_MCP_LOG_LEVEL: 'silent' },
      maxBuffer: 2 ** 26,
    });
  await status(); // makes the corpus, which asks the archive for an earlier one
  const { stderr } = await status('--import', TELL_LOADS);
  const loads = listLoads(stderr);
  const main = loads.filter(({ thread }) => thread === 0).map(({ name }) => name);
  const others = loads.filter(({ thread }) => thread !== 0).map(({ name }) => name);

  const started = main.indexOf('src/store/database/pglite-worker.ts');
  const heavy = ['kysely', '@lancedb/lancedb', 'apache-arrow'].map((name) => main.indexOf(name));
  assert.ok(started >= 0 && heavy.every((at) => at > started), `${started} before ${heavy}`);
  assert.ok(others.includes('src/store/database/pglite-thread.ts'));
  assert.deepEqual(
    others.filter((name) => name === 'zod' || name === 'kysely'),
    [],
  );
  assert.ok(!main.includes('pg'), 'what speaks to PostgreSQL servers is loaded where there is one');
  assert.deepEqual(
    others.filter((name) => name.includes('archive')),
    [],
  );
});
