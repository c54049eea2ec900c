import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyArchive } from '../../../src/archive/copy-archive.ts';
import { verifyArchive } from '../../../src/archive/verify-archive.ts';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

const ROOMS = ['raw', 'history', 'unidentified', 'manifests', 'state'];

test('a corpus whose prefix begins with a room of another is no part of that', async ({ signal }) => {
  await using home = await makeTestHome();
  await home.load(await home.write('one.xml', setXml(articleXml({ pmid: 1 }))));
  await using other = await makeTestHome();
  await other.load(await other.write('two.xml', setXml(articleXml({ pmid: 2 }))));
  await using guest = await other.open();
  await using corpus = await home.open();
  const { archive, store } = corpus.services;
  const from = { archive: guest.services.archive, prefix: 'pubmed' };
  for (const room of ROOMS) {
    await copyArchive({ from, to: { archive, prefix: `pubmed/${room}` } }, { signal });
  }

  await corpus.services.reindexCorpus({ onProgress: () => undefined }, { signal });

  assert.equal((await store.countCorpus({ signal })).documents, 1);
  const expected = store.listArchived({ signal });
  const isKnown = (uris: Parameters<typeof store.findKnownUris>[0]) => store.findKnownUris(uris, { signal });
  const verified = await verifyArchive({ archive, prefix: 'pubmed', expected, isKnown }, { signal });
  assert.deepEqual([verified.unknown, verified.damagedCount, verified.missingCount], [0, 0, 0]);
  await copyArchive({ from: { archive, prefix: 'pubmed' }, to: { archive, prefix: 'copy' } }, { signal });
  const copied = [...(await home.listObjects()).keys()].filter((key) => key.startsWith('copy/'));
  assert.deepEqual(
    copied.filter((key) => key.includes('/raw/')),
    ['copy/raw/pmid=000/000/001/1.json.zst'],
  );
});

test('a prefix that another one begins with is refused as any other', async () => {
  const settings = { BIO_MCP_ARCHIVE_PREFIX: 'pubmed/raw' };
  await using home = await makeTestHome({ settings });
  await home.load(await home.write('one.xml', setXml(articleXml({ pmid: 1 }))));

  await assert.rejects(home.open('use', { BIO_MCP_ARCHIVE_PREFIX: 'pubmed' }), {
    code: 'VALIDATION',
    hint: /BIO_MCP_ARCHIVE_PREFIX.*`bio-mcp archive copy`/,
  });
});
