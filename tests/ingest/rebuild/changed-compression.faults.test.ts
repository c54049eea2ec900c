import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../../../src/embedding/static-vectors.ts';
import { pmid } from '../../store/sample-batches.ts';
import { shareDatabase, testDatabases } from '../../support/postgres/databases.ts';
import { requireAgreement, requireModel } from '../histories/check-agreement.ts';
import { type HistoryHome, type HistorySettings, settle, startProcess } from '../histories/history-corpus.ts';
import { type HistoryFile, HistoryModel, toXml } from '../histories/history-model.ts';
import { KillSwitch } from '../histories/kill-switch.ts';

const { signal } = new AbortController();
const [pglite] = testDatabases;
const emptyDatabase = shareDatabase(pglite ?? assert.fail('no database'));

const ZSTD: HistorySettings = { compression: 'zstd', fsync: false };
const GZIP: HistorySettings = { compression: 'gzip', fsync: true };
const first: HistoryFile = [{ kind: 'record', pmid: 1, version: 1, word: 'alder', loose: false }];
const second: HistoryFile = [{ kind: 'record', pmid: 1, version: 1, word: 'birch', loose: false }];

describe('a record that is revised under another compression', () => {
  const moments = [
    ['after link', ZSTD],
    ['after rename', ZSTD],
    ['after rename', GZIP],
    ['after removal', ZSTD],
    ['after removal', GZIP],
    ['after index.write', ZSTD],
    ['after store.commit', ZSTD],
  ] as const;
  for (const [point, next] of moments) {
    test(`comes out whole when it is killed ${point} and begun again with ${next.compression}`, async () => {
      await using corpus = await beginCorpus();
      await corpus.load(ZSTD, 'first', first);
      corpus.home.kill.armAt(point);
      await assert.rejects(corpus.load(GZIP, 'second', second), { message: new RegExp(`killed ${point}`) });
      corpus.home.kill.disarm();

      await corpus.requireAgreement(next);
      await corpus.load(next, 'second', second);
      await corpus.requireModel(next);
    });
  }

  test('and back again leaves each history row its own bytes', async () => {
    await using corpus = await beginCorpus();
    await corpus.load(ZSTD, 'first', first);
    await corpus.load(GZIP, 'second', second);
    await corpus.load(ZSTD, 'third', first);
    await corpus.load(GZIP, 'fourth', second);
    await corpus.requireModel(ZSTD);
  });
});

describe('a damaged record that comes again under another compression', () => {
  for (const point of ['after rename', 'after removal', 'never']) {
    test(`is mended where the load is killed ${point}`, async () => {
      await using corpus = await beginCorpus();
      await corpus.load(ZSTD, 'first', first);
      await writeFile(await corpus.findCurrentPath(ZSTD), 'torn');
      corpus.home.kill.armAt(point);
      const loading = corpus.load(GZIP, 'first', first);
      if (point === 'never') await loading;
      else await assert.rejects(loading, { message: new RegExp(`killed ${point}`) });
      corpus.home.kill.disarm();

      await corpus.requireModel(ZSTD);
    });
  }
});

test('a torn object that was announced and never committed is removed, since its record comes again', async () => {
  await using corpus = await beginCorpus();
  await corpus.load(ZSTD, 'first', first);
  const whole = await readFile(await corpus.findCurrentPath(ZSTD));
  corpus.home.kill.armAt('after rename');
  await assert.rejects(corpus.load(GZIP, 'second', second));
  corpus.home.kill.disarm();
  const path = await corpus.findCurrentPath(ZSTD);
  await writeFile(path.replace(/zst$/, 'gz'), 'torn');

  await corpus.requireAgreement(ZSTD);
  assert.deepEqual(await readFile(path), whole);
  await corpus.load(ZSTD, 'second', second);
  await corpus.requireModel(ZSTD);
});

async function beginCorpus() {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-compression-'));
  const embedder = createStaticEmbedder({ vectors: await loadStaticVectors({ signal }) });
  const database = await emptyDatabase();
  const home: HistoryHome = { database, folder, bucket: null, embedder, kill: new KillSwitch() };
  const model = new HistoryModel();
  const start = (settings: HistorySettings) => startProcess(home, settings, { isLost: false });
  return {
    home,
    async load(settings: HistorySettings, name: string, file: HistoryFile) {
      model.load(file, name);
      const path = join(folder, `${name}.xml`);
      await writeFile(path, toXml(file, name));
      await using process = await start(settings);
      await settle(process);
      await process.load(path);
    },
    async requireAgreement(settings: HistorySettings) {
      await using process = await start(settings);
      await settle(process);
      await requireAgreement(process, database);
    },
    async requireModel(settings: HistorySettings) {
      await using process = await start(settings);
      await settle(process);
      await requireAgreement(process, database);
      await requireModel(process, database, model);
    },
    async findCurrentPath(settings: HistorySettings) {
      await using process = await start(settings);
      const pointers = await process.needs.store.findPointers([pmid(1)], { signal });
      return fileURLToPath(pointers.get(pmid(1))?.uri ?? assert.fail('no pointer'));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
