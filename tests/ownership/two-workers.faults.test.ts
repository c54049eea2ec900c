import assert from 'node:assert/strict';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { runCommand, startCommand } from '../support/processes/command-process.ts';

const NLM_FILES = new URL('../fixtures/nlm-files/', import.meta.url).pathname;

test('two workers on PostgreSQL share a load, and every process finds what they brought', async () => {
  await using home = await makeTestHome({ engine: 'PostgreSQL', settings: { BIO_MCP_HTTP_PORT: '0' } });
  const folder = join(home.dataDir, '..', 'sources', 'baseline');
  await mkdir(folder, { recursive: true });
  await cp(NLM_FILES, folder, { recursive: true });
  const before = await runCommand(home.env, 'status', '--json');
  assert.equal(JSON.parse(before.stdout).documents, 0);

  await using one = startCommand(home.env, 'worker');
  await one.says('working');
  await using other = startCommand(home.env, 'worker');
  await other.says('working');
  const load = await runCommand(home.env, 'load', folder, '--json');
  assert.equal(load.code, 0, load.stdout + load.stderr);
  const answer = JSON.parse(load.stdout);
  assert.equal(answer.files.length, 9);
  assert.equal(answer.found, answer.archived + answer.skipped + answer.failed);

  const { stdout } = await runCommand(home.env, 'invoke', 'jobs.list');
  const jobs = JSON.parse(stdout).jobs as { state: string; attempt: number; parent_job_id: string | null }[];
  assert.equal(jobs.length, 10);
  assert.ok(jobs.every(({ state, attempt }) => state === 'succeeded' && attempt === 1));
  assert.equal(jobs.filter(({ parent_job_id }) => parent_job_id !== null).length, 9);

  for (const worker of [one, other]) {
    worker.child.kill('SIGTERM');
    assert.equal((await worker.ended).code, 0);
  }
});
