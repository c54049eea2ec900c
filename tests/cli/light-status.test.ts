import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeTestFolder } from '../archive/sealed-record.ts';
import { listLoads, TELL_LOADS } from '../support/processes/tell-loads.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** Each belongs to another command, and `status` would wait for it. */
const NOT_FOR_STATUS = [
  ...[
    'fastify',
    '@modelcontextprotocol',
    '@aws-sdk',
    'weaviate-client',
    '@opentelemetry/sdk-trace',
    'openai',
  ],
  ...['undici', 'pg', 'jose', 'preact', 'prom-client', 'node:http', 'node:https'],
];
/** Of files; 1,290 at the time of writing. The npm package has its own bound. */
const MOST_LOADED = 1_320;
/** Each would take a thread longer to load than all that it does for a small file. */
const NOT_FOR_THREADS = ['zod', 'kysely', 'uuid', 'apache-arrow'];

test('`status` opens the database while the rest is loaded, and no thread loads what it does not need', async () => {
  await using home = await makeTestFolder();
  const listLoaded = async (...words: string[]) => {
    const { stderr } = await promisify(execFile)(process.execPath, ['--import', TELL_LOADS, MAIN, ...words], {
      env: { PATH: process.env.PATH, BIO_MCP_DATA_DIR: home.path, BIO_MCP_LOG_LEVEL: 'silent' },
      maxBuffer: 2 ** 26,
    });
    const loads = listLoads(stderr);
    const main = loads.filter(({ thread }) => thread === 0).map(({ name }) => name);
    return { main, others: loads.filter(({ thread }) => thread !== 0).map(({ name }) => name) };
  };
  const source = join(home.path, 'one.xml');
  await writeFile(source, setXml(articleXml({ pmid: 1 })));
  const load = await listLoaded('load', source);
  assert.ok(load.others.includes('src/archive/files/file-archive-thread.ts'));
  assert.ok(load.others.includes('src/ingest-thread.ts'));
  assert.deepEqual(
    load.others.filter((name) => NOT_FOR_THREADS.includes(name)),
    [],
  );
  const { main, others } = await listLoaded('status');

  const started = main.indexOf('src/store/database/pglite/pglite-worker.ts');
  const heavy = ['kysely', '@lancedb/lancedb', 'apache-arrow'].map((name) => main.indexOf(name));
  assert.ok(started >= 0 && heavy.every((at) => at > started), `${started} before ${heavy}`);
  assert.ok(others.includes('src/store/database/pglite/pglite-thread.ts'));
  assert.deepEqual(
    others.filter((name) => NOT_FOR_THREADS.includes(name)),
    [],
  );
  const needless = main.filter((name) => NOT_FOR_STATUS.some((one) => `${name}/`.startsWith(`${one}/`)));
  assert.deepEqual([...new Set(needless)], []);
  const files = main.filter((name) => !name.startsWith('node:'));
  assert.ok(files.length < MOST_LOADED, `${files.length} modules`);
  assert.deepEqual(
    others.filter((name) => name.includes('archive')),
    [],
  );
});
