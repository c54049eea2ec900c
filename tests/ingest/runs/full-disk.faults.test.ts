import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { lockFolder } from '../../ownership/lock-folder.ts';
import {
  dumpContent,
  findPmids,
  loadInto,
  makeTestHome,
  type TestHome,
} from '../../support/corpus/test-corpus.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../../support/disk/tiny-disk.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import { recordingLogger } from '../../support/telemetry/log-lines.ts';

const COUNT = 1_500;
const BALLAST = 'ballast';

/** Text that neither zstd nor LanceDB can make much smaller. */
const articles = Array.from({ length: COUNT }, (_, at) => {
  const words = Array.from({ length: 120 }, (_, word) => ((at * 7919 + word * 104729) % 1e6).toString(36));
  return articleXml({ pmid: at + 1, title: `Study unum${at + 1}x.`, abstract: words.join(' ') });
});

describe('a full disk', { skip: whyNoTinyDisk() }, () => {
  test('under the archive ends the load in one sentence; with space again the same command completes it', async () => {
    using disk = mountTinyDisk({ kilobytes: 4_096 });
    await using home = await makeTestHome();
    await symlink(disk.path, join(home.dataDir, 'archive'));
    const error = await loadUntilFull(home);
    assert.equal(error.code, 'ARCHIVE_UNAVAILABLE');
    assert.match(error.hint, /^The disk that holds the archive is full: free some space on it/);
    disk.enlarge({ kilobytes: 65_536 });
    await assertCompletes(home);
    await rm(join(home.dataDir, 'archive'));
  });

  test('under the index ends the load in one sentence; with space again the same command completes it', async () => {
    using disk = mountTinyDisk({ kilobytes: 1_500 });
    await using home = await makeTestHome();
    await symlink(disk.path, join(home.dataDir, 'index'));
    const error = await loadUntilFull(home);
    assert.equal(error.code, 'INDEX_UNAVAILABLE');
    assert.match(error.hint, /The disk that holds the search index is full: free some space on it/);
    disk.enlarge({ kilobytes: 65_536 });
    await assertCompletes(home);
    await rm(join(home.dataDir, 'index'));
  });

  for (const engine of ['PostgreSQL', 'PGlite'] as const) {
    test(`under the index keeps no corpus on ${engine} closed: searches answer, and the batch waits`, async () => {
      using disk = mountTinyDisk({ kilobytes: 1_500 });
      const { lines, logger } = recordingLogger();
      await using home = await makeTestHome({ engine, logger });
      await symlink(disk.path, join(home.dataDir, 'index'));
      await home.load(await home.write('0.xml', setXml(articleXml({ pmid: 9_999, title: 'Of wombats.' }))));
      await loadUntilFull(home);
      const { pending_batches: left } = await dumpContent(home);
      assert.notDeepEqual(left, []);
      for (const ballast of [0, 64]) {
        await writeFile(join(disk.path, BALLAST), Buffer.alloc(ballast * 1_024 * 1_024)).catch(ignoreFull);
        await using corpus = await home.open();
        assert.deepEqual(await findPmids(corpus, 'wombats'), ['9999']);
        assert.deepEqual((await dumpContent(home)).pending_batches, left);
        const told = lines.map(({ msg }) => String(msg)).join('\n');
        assert.match(told, /half-way waits .*The disk that holds the search index is full/);
      }
      await rm(join(disk.path, BALLAST), { force: true });
      disk.enlarge({ kilobytes: 65_536 });
      await assertCompletes(home, 1);
      await rm(join(home.dataDir, 'index'));
    });
  }

  test('under the embedded database ends the load in one sentence; with space again the same command completes it', async (t) => {
    using disk = mountTinyDisk({ kilobytes: 131_072 });
    await using home = await makeTestHome({ engine: 'PGlite', dataDir: join(disk.path, 'data') });
    for (const room of ['archive', 'index']) {
      const elsewhere = await mkdtemp(join(tmpdir(), `bio-mcp-${room}-`));
      t.after(() => rm(elsewhere, { recursive: true }));
      await symlink(elsewhere, join(home.dataDir, room));
    }
    await home.load(await home.write('0.xml', setXml(articleXml({ pmid: 9_999 }))));
    {
      await using corpus = await home.open();
      await writeFile(join(disk.path, BALLAST), Buffer.alloc(200 * 1024 * 1024)).catch(ignoreFull);
      const error = await loadUntilFull(home, (path) => loadInto(corpus, path));
      assert.equal(error.code, 'DB_UNAVAILABLE');
      assert.match(error.hint, /^The disk that holds the database is full: free some space on it/);
    }
    await assert.rejects(lockFolder({ folder: home.dataDir, name: 'bio-mcp load' }), {
      code: 'DB_UNAVAILABLE',
      hint: /^The data folder cannot be used: its disk is full/,
    });
    await rm(join(disk.path, BALLAST));
    await assertCompletes(home, 1);
  });
});

async function loadUntilFull(
  home: TestHome,
  load: (path: string) => Promise<unknown> = home.load,
): Promise<BioMcpError> {
  const path = await home.write('1.xml', setXml(...articles));
  const error = await load(path).then(
    () => assert.fail('there was space enough'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof BioMcpError, String(error));
  assert.doesNotMatch(error.hint, /\n/);
  return error;
}

async function assertCompletes(home: TestHome, others = 0): Promise<void> {
  const { found } = await home.load(await home.write('1.xml', setXml(...articles)));
  assert.equal(found, COUNT);
  const { revisions, pubmed_archive_history, pending_batches } = await dumpContent(home);
  assert.deepEqual(pending_batches, []);
  assert.equal(revisions?.length, COUNT + others);
  assert.equal(revisions?.filter(({ live }) => live === true).length, COUNT + others);
  assert.equal(pubmed_archive_history?.length, COUNT + others);
  await using corpus = await home.open();
  const { signal } = new AbortController();
  const { chunks } = await corpus.services.store.countCorpus({ signal });
  assert.equal(await corpus.services.index.countChunks({ signal }), chunks);
  for (const number of [1, 700, 1_001, COUNT]) {
    assert.equal((await findPmids(corpus, `unum${number}x`))[0], String(number));
  }
}

function ignoreFull(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOSPC') throw error;
}
