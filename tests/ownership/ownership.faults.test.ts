import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { awaitEnd } from '../support/jobs/ended-job.ts';
import { startHeldGate } from '../support/network/held-gate.ts';
import { runCommand, startCommand } from '../support/processes/command-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { readRecordFile } from '../support/pubmed/ncbi-stand-in/record-reader.ts';

const NLM_FILES = new URL('../fixtures/nlm-files/', import.meta.url).pathname;
const UPDATE = `${NLM_FILES}pubmed26n1334.xml.gz`;
const OLDER = `${NLM_FILES}pubmed20n0001.xml.gz`;

function makeHome(settings: Record<string, string> = {}) {
  return makeTestHome({ engine: 'PGlite', settings: { BIO_MCP_HTTP_PORT: '0', ...settings } });
}

/** A corpus whose syncs stand still at NCBI until the gate is opened. */
async function makeHeldHome() {
  const stack = new AsyncDisposableStack();
  const records = await readRecordFile(UPDATE);
  const ncbi = stack.use(await startNcbiStandIn({ records, limits: false }));
  const gate = stack.use(await startHeldGate({ before: ncbi.url }));
  const home = stack.use(await makeHome({ BIO_MCP_PUBMED_BASE_URL: gate.url }));
  return { gate, env: home.env, dataDir: home.dataDir, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function findJobs(env: Record<string, string>) {
  const { stdout } = await runCommand(env, 'invoke', 'jobs.list');
  return JSON.parse(stdout).jobs as { state: string; error: { error_code: string } | null }[];
}

describe('the data folder has one owner', () => {
  test('two commands that start at once both do their work', async () => {
    await using home = await makeHome();
    const [one, other] = await Promise.all([
      runCommand(home.env, 'load', UPDATE, '--json'),
      runCommand(home.env, 'load', OLDER, '--json'),
    ]);
    assert.deepEqual([one.code, other.code], [0, 0], one.stderr + other.stderr);
    const found = [one, other].map(({ stdout }) => JSON.parse(stdout).found as number);
    assert.ok(found.every((count) => count > 0));
    const jobs = await findJobs(home.env);
    assert.deepEqual(
      jobs.map(({ state }) => state),
      ['succeeded', 'succeeded'],
    );
  });

  test('a command beside serve answers as it does alone, with the same exit codes', async () => {
    await using home = await makeHome();
    const words = [
      ['load', UPDATE, OLDER],
      ['search', 'cells', '--json'],
      ['get', 'pmid:1'],
      ['load', '/there/is/no/such/file', '--json'],
    ];
    await runCommand(home.env, 'load', UPDATE, OLDER);
    const alone = [];
    for (const command of words) alone.push(await runCommand(home.env, ...command));
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    for (const [at, command] of words.entries()) {
      const beside = await runCommand(home.env, ...command);
      assert.equal(beside.code, alone[at]?.code, command.join(' '));
      assert.equal(withoutTimes(beside.stdout), withoutTimes(alone[at]?.stdout ?? ''));
    }
    serve.child.kill('SIGTERM');
    assert.equal((await serve.ended).code, 0);
  });

  test('a second serve and http are refused with a sentence that names the owner', async () => {
    await using home = await makeHome();
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    for (const command of ['serve', 'http']) {
      // With an address for NCBI, or a service says at its start that there is none.
      const env = { ...home.env, BIO_MCP_PUBMED_EMAIL: 'library@example.org' };
      const { code, stderr } = await runCommand(env, command);
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `bio-mcp: The data folder is in use by \`bio-mcp serve\` (process ${serve.pid}): work through that one, or stop it first.\n`,
      );
    }
  });

  test('a worker on the embedded database says what it needs', async () => {
    await using home = await makeHome();
    const { code, stderr } = await runCommand(home.env, 'worker');
    assert.equal(code, 2);
    assert.match(stderr, /BIO_MCP_DATABASE_URL: a worker alone needs PostgreSQL/);
  });

  test('a detached command prints the id of a job that the owner finishes', async () => {
    await using home = await makeHome();
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    const { code, stdout } = await runCommand(home.env, 'load', UPDATE, '--detach');
    assert.equal(code, 0);
    const params = JSON.stringify({ job_id: stdout.trim(), wait_seconds: 45 });
    const look = async () =>
      JSON.parse((await runCommand(home.env, 'invoke', 'jobs.get', '--params', params)).stdout);
    const job = await awaitEnd(look);
    assert.equal(job.state, 'succeeded');
  });

  test('serve takes the folder over from a command, whose work goes on there to the same answer', async () => {
    await using home = await makeHeldHome();
    await using sync = startCommand(home.env, 'sync', 'all[sb]', '--json');
    await home.gate.reached;
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    home.gate.open();
    const { code, stdout, stderr } = await sync.ended;
    assert.equal(code, 0, stdout + stderr);
    assert.ok(JSON.parse(stdout).indexed > 0);
    await serve.says('"tool":"pubmed.sync"');
  });

  test('a command whose owner is killed takes over and finishes its work', async () => {
    await using home = await makeHeldHome();
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    await using sync = startCommand(home.env, 'sync', 'all[sb]', '--json');
    await home.gate.reached;
    serve.child.kill('SIGKILL');
    await serve.ended;
    home.gate.open();
    const { code, stdout, stderr } = await sync.ended;
    assert.equal(code, 0, stdout + stderr);
    assert.ok(JSON.parse(stdout).indexed > 0);
    assert.deepEqual(
      (await findJobs(home.env)).map(({ state }) => state),
      ['succeeded'],
    );
  });

  test('the lock of a killed owner needs no hand, and its socket goes with it', async () => {
    await using home = await makeHome();
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    serve.child.kill('SIGKILL');
    await serve.ended;
    assert.equal((await runCommand(home.env, 'status')).code, 0);
    const names = (await readdir(home.dataDir)).filter((name) => /owner|sock/.test(name));
    assert.deepEqual(names, ['owner.2.json']);
  });

  test('an owner whose folder another process took, as while it was paused, ends at once and says so', async () => {
    await using home = await makeHome();
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    await writeFile(join(home.dataDir, 'owner.2.json'), '{}');
    const { code, stderr } = await serve.ended;
    assert.equal(code, 1);
    assert.match(stderr, /^bio-mcp: Another process took the data folder over/m);
  });

  test('Ctrl-C ends the command with 130 and cancels its job', async () => {
    await using home = await makeHeldHome();
    await using serve = startCommand(home.env, 'serve');
    await serve.says('listening');
    await using sync = startCommand(home.env, 'sync', 'all[sb]');
    await home.gate.reached;
    sync.child.kill('SIGINT');
    assert.equal((await sync.ended).code, 130);
    const [job] = await findJobs(home.env);
    assert.equal(job?.error?.error_code, 'CANCELLED');
  });
});

/** What one call has of its own: its ids and how long it took. */
function withoutTimes(text: string): string {
  return text
    .replace(/"trace_id": ?"\w+"/, '')
    .replace(/Took.*/, '')
    .replace(/"duration_ms": \d+/, '');
}
