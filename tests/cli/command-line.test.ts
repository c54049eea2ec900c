import assert from 'node:assert/strict';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { runCli, startCli } from '../support/processes/child-process.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { orRequired } from '../support/required.ts';

/** Orders to a terminal whose numbers are none of Windows' characters, so that records keep them. */
const ORDERS = '\u0090+q\u009d0;title\u008d';

describe('the command line', () => {
  let home: TestHome;
  const run = (...args: string[]) => runCommand(args, home);
  const runJson = async (...args: string[]) => JSON.parse((await run(...args)).stdout);
  before(async () => {
    home = await makeTestHome();
    const steering = articleXml({
      pmid: 8,
      title: `Steering ${ORDERS} terminals.`,
      abstract: `Text ${ORDERS} more.`,
    });
    const path = await home.write(
      'erste Übersicht.xml',
      setXml(articleXml({ pmid: 7, title: 'Aspirin.' }), steering),
    );
    const loaded = await run('load', path);
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.match(loaded.stdout, /^2 records: 2 archived, 2 made searchable\./);
  });
  after(() => home[Symbol.asyncDispose]());

  test('search, get and status answer a person in words', async () => {
    assert.match(
      (await run('search', 'aspirin', '-k', '1')).stdout,
      /^1\. Aspirin\.\n.*\n +https:\/\/pubmed\.ncbi\.nlm\.nih\.gov\/7\//,
    );
    assert.match((await run('get', 'pmid:7')).stdout, /^Aspirin\.\n/);
    assert.match((await run('status')).stdout, /^documents +2\n/);
  });

  test('--json and invoke give the exact answer of the tool', async () => {
    const asked = await runJson('search', '--json', 'aspirin', '-k', '1');
    assert.equal(asked.documents[0].doc_id, 'pmid:7');
    assert.deepEqual(
      await runJson('invoke', 'rag.search', '--params', '{"query": "aspirin", "top_k": 1}'),
      asked,
    );
    assert.equal((await runJson('get', '--json', 'pmid:8')).title, `Steering ${ORDERS} terminals.`);
    assert.equal((await runJson('status', '--json')).documents, 2);
  });

  test('control characters of upstream do not reach the terminal', async () => {
    for (const args of [
      ['search', 'steering'],
      ['get', 'pmid:8'],
      ['get', '--json', 'pmid:8'],
    ]) {
      const { stdout, stderr, code } = await run(...args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /Steering/);
      assert.doesNotMatch(stdout + stderr, /(?!\n)\p{Cc}/u);
    }
  });

  test('a failure exits 1: one sentence for a person, the envelope for a program', async () => {
    const told = await run('get', 'pmid:999');
    assert.deepEqual([told.code, told.stdout], [1, '']);
    assert.match(told.stderr, /^bio-mcp: [^\n]*999[^\n]*\n/);
    const coded = await run('get', '--json', 'pmid:999');
    assert.equal(coded.code, 1);
    const { ok, error_code, tool } = JSON.parse(coded.stdout);
    assert.deepEqual({ ok, error_code, tool }, { ok: false, error_code: 'NOT_FOUND', tool: 'rag.get' });
  });

  test('wrong usage and wrong settings exit 2 and name what is wrong', async () => {
    assert.deepEqual((await run('serach', 'aspirin')).code, 2);
    assert.deepEqual((await run('search')).code, 2);
    const far = await run('search', 'aspirin', '-k', '51');
    assert.deepEqual(far, { code: 2, stdout: '', stderr: 'bio-mcp: `--top-k` must be at most 50.\n' });
    const coded = await run('search', 'aspirin', '-k', '51', '--json');
    assert.deepEqual([coded.code, JSON.parse(coded.stdout).error_code], [2, 'VALIDATION']);
    for (const words of [
      ['jobs', 'get', 'march'],
      ['jobs', 'list', '--parent-job-id', 'march'],
    ]) {
      const { code, stdout, stderr } = await run(...words);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /job.id` must be a UUID, as .*; bio-mcp jobs list names those that there are\.$/m);
    }
    const bad = { env: { ...home.env, BIO_MCP_INGEST_THREADS: 'many', BIO_MCP_ARCHIVE_COMPRESSION: 'lzma' } };
    const { code, stderr } = await runCommand(['status'], bad);
    assert.equal(code, 2);
    assert.match(stderr, /BIO_MCP_INGEST_THREADS/);
    assert.match(stderr, /BIO_MCP_ARCHIVE_COMPRESSION/);
  });

  test('a source that this user may not read is told as such', {
    skip: orRequired(process.getuid?.() !== 0 && 'only root may act as another user'),
  }, async () => {
    const other = await makeTestHome();
    await using _other = other;
    const path = await other.write('secret.xml', setXml(articleXml({ pmid: 1 })));
    await chmod(path, 0o600);
    await chmod(join(path, '..'), 0o755);
    await chmod(join(path, '..', '..'), 0o755);
    await chmod(other.dataDir, 0o777);
    const { code, stderr } = await runCli(['load', path], { env: other.env, uid: 65_534, cwd: '/' });
    assert.equal(code, 1);
    assert.match(stderr, /^bio-mcp: secret\.xml: it cannot be read: permission is denied/m);
  });

  test('damage in the archive is found by verify, which exits 1, and mended by the next load', async () => {
    const kinds: ((path: string) => Promise<void>)[] = [
      async (path) => {
        const bytes = await readFile(path);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
      (path) => truncate(path, 100),
      (path) => rm(path),
    ];
    const object = join(home.dataDir, 'archive/pubmed/raw/pmid=000/000/007/7.json.zst');
    const source = join(home.dataDir, '..', 'sources');
    const [name = ''] = await readdir(source);
    for (const damage of kinds) {
      assert.equal((await run('archive', 'verify')).code, 0);
      await damage(object);
      const { code, stdout } = await run('archive', 'verify');
      assert.equal(code, 1);
      assert.match(stdout, /(damaged|missing): PMID 7: /);
      const mended = await runJson('load', '--json', join(source, name));
      assert.deepEqual([mended.found, mended.archived, mended.skipped, mended.indexed], [2, 1, 1, 0]);
    }
    assert.equal((await run('archive', 'verify')).code, 0);
  });

  test('an index of another embedder answers with a warning that names both, and reindex makes it anew', async () => {
    await home.query((kysely) =>
      kysely.updateTable('corpus_state').set({ embedder_id: 'onnx:other' }).execute(),
    );
    const { code, stdout } = await run('search', 'aspirin', '-k', '1');
    assert.equal(code, 0);
    assert.match(stdout, /^1\. Aspirin\./m);
    assert.match(stdout, /were made by onnx:other, and the settings ask for\s+static:.*bio-mcp reindex/);
    const reindexed = await run('reindex');
    assert.equal(reindexed.code, 0, reindexed.stderr);
    assert.match(reindexed.stdout, /^2 documents are built anew, with vectors by static:/);
    const after = await run('search', 'aspirin', '-k', '1');
    assert.match(after.stdout, /^1\. Aspirin\./);
    assert.doesNotMatch(after.stdout, /onnx:other/);
  });

  test('stopped by the user, a load exits 130, says so, and leaves a state that the next one completes', async () => {
    const articles = Array.from({ length: 1_200 }, (_, at) => articleXml({ pmid: 1_000 + at }));
    const path = await home.write('large.xml', setXml(...articles));
    // Stopped once a record of the first batch comes into the archive.
    const raw = join(home.dataDir, 'archive/pubmed/raw/pmid=000/001/000');
    await mkdir(raw, { recursive: true, mode: 0o700 });
    const watcher = watch(raw);
    const archived = once(watcher, 'change');
    const { child, finished } = startCli(['load', path], home);
    await Promise.race([archived, finished]);
    watcher.close();
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /bio-mcp: stopped\. What was done so far is kept/);
    const { documents } = await runJson('status', '--json');
    assert.ok(documents < 1_202, String(documents));
    const completed = await runJson('load', '--json', path);
    assert.deepEqual([completed.found, completed.skipped], [1_200, documents - 2]);
    assert.equal((await runJson('status', '--json')).documents, 1_202);
    assert.equal((await run('archive', 'verify')).code, 0);
  });
});
