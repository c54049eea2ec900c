import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../../../src/embedding/static-vectors.ts';
import { shareDatabase, testDatabases } from '../../support/postgres/databases.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import { makeTestBucket, setVersioning, skipWithoutS3 } from '../../support/services/s3-buckets.ts';
import { requireAgreement } from '../histories/check-agreement.ts';
import { type HistoryHome, settle, startProcess } from '../histories/history-corpus.ts';
import { KillSwitch } from '../histories/kill-switch.ts';

const { signal } = new AbortController();
const SETTINGS = { compression: 'zstd', fsync: false } as const;
const IN_USE = { isLost: false };
const [pglite] = testDatabases;
const emptyDatabase = shareDatabase(pglite ?? assert.fail('no database'));

describe('a withdrawn record that comes back and is put, and whose load is killed', {
  skip: skipWithoutS3,
}, () => {
  for (const status of ['Enabled', 'Suspended'] as const) {
    test(`leaves one current object, where its pointer says: versions ${status}`, async () => {
      await using home = await openHome();
      const record = articleXml({ pmid: 7, title: 'Aspirin.' });
      await load(home, '1.xml', record);
      await load(home, '2.xml', deleteXml(7));
      await setVersioning(home.bucket, status);
      home.kill.armAt('after PutObject');
      await assert.rejects(load(home, '3.xml', record), /killed after PutObject/);
      home.kill.disarm();

      await using next = await startProcess(home, SETTINGS, IN_USE);
      await settle(next);
      await requireAgreement(next, home.database);
    });
  }
});

async function openHome() {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-history-'));
  opening.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const bucket = opening.use(await makeTestBucket({ versioned: true }));
  const embedder = createStaticEmbedder({ vectors: await loadStaticVectors({ signal }) });
  const database = await emptyDatabase();
  const stack = opening.move();
  return {
    folder,
    bucket,
    embedder,
    database,
    kill: new KillSwitch(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** In a process of its own. */
async function load(home: HistoryHome, name: string, xml: string): Promise<void> {
  const path = join(home.folder, name);
  await writeFile(path, setXml(`<!-- ${name} -->`, xml));
  await using process = await startProcess(home, SETTINGS, IN_USE);
  await settle(process);
  await process.load(path);
}
