import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyArchive } from '../../../src/archive/verify-archive.ts';
import { toRawKey } from '../../../src/domain/corpus/archive-key.ts';
import type { Pmid } from '../../../src/domain/ids.ts';
import { type Fault, openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import {
  dumpContent,
  findPmids,
  loadInto,
  makeTestHome,
  type TestHome,
} from '../../support/corpus/test-corpus.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

type Services = Awaited<ReturnType<TestHome['open']>>['services'];

const { signal } = new AbortController();
const PMIDS = [1, 2, 3, 4, 5, 6];
const KEYS = { prefix: 'pubmed', compression: 'zstd' } as const;

const first = setXml(...PMIDS.slice(0, 5).map((pmid) => articleXml({ pmid, title: `Aspirin ${pmid}.` })));
const second = setXml(deleteXml(2), articleXml({ pmid: 90 }));
const MOMENTS: Fault['when'][] = ['before', 'after'];
const toFaults = (part: Fault['part'], method: string) =>
  MOMENTS.map((when): Fault[] => [{ part, method, when }]);
const UNDO: Fault = { part: 'index', method: 'rollbackTo', when: 'before' };

/** Once the index was written to, or may have been. */
const undone: Fault[][] = [
  [{ part: 'index', method: 'write', when: 'after' }],
  ...toFaults('store', 'commit'),
  ...toFaults('index', 'show'),
  [{ part: 'index', method: 'write', when: 'after' }, UNDO],
];
const all: Fault[][] = [
  ...toFaults('store', 'announce'),
  ...toFaults('archive', 'put'),
  [{ part: 'index', method: 'write', when: 'before' }],
  ...undone,
  [{ part: 'store', method: 'commit', when: 'before' }, UNDO],
];

/** One batch each, and which failures it meets. */
const changes = {
  'replaces documents': {
    faultLists: all,
    xml: setXml(
      articleXml({ pmid: 1, title: 'Bosentan 1.' }),
      articleXml({ pmid: 2, title: 'Bosentan 2.' }),
      articleXml({ pmid: 3, title: 'Aspirin 3.' }).replaceAll('><', '>\n<'),
      articleXml({ pmid: 4, version: 2, title: 'Bosentan 4.' }),
      articleXml({ pmid: 4, version: 1, title: 'Lower 4.' }),
      articleXml({ pmid: 5 }).replace('<Article PubModel', '<Article <PubModel'),
      articleXml({ pmid: 6, title: 'Bosentan 6.' }),
      '<PubmedArticle><MedlineCitation>No PMID</MedlineCitation></PubmedArticle>',
    ),
  },
  'only deletes documents': { faultLists: undone, xml: setXml(deleteXml(1, 3, 99)) },
  'brings a withdrawn document back': {
    faultLists: undone,
    xml: setXml(articleXml({ pmid: 2, title: 'Aspirin 2.' }), articleXml({ pmid: 6 })),
  },
};

test('a run whose end fails more than once throws the first failure and tells of the other', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const others: string[] = [];
  corpus.needs.onFurtherFailure = (error) => others.push((error as Error).message);
  corpus.arm([
    { part: 'index', method: 'optimize', when: 'before' },
    { part: 'store', method: 'markStateWritten', when: 'before' },
  ]);
  await assert.rejects(corpus.load(await home.write('1.xml', first)), /optimize/);
  assert.deepEqual(others, ['store.markStateWritten failed before the call']);
});

for (const [change, { xml, faultLists }] of Object.entries(changes)) {
  describe(`a batch that ${change}`, () => {
    const sources = { '1.xml': first, '2.xml': second, '3.xml': xml };
    let undisturbed: Promise<unknown> | undefined;

    for (const faults of faultLists) {
      const name = faults.map(({ part, method, when }) => `${when} ${part}.${method}`).join(' and ');
      test(`ends as an undisturbed one when it fails ${name}`, async () => {
        undisturbed ??= loadUndisturbed(sources);
        const expected = await undisturbed;
        // A failed commit of everything that a batch may hold: on the embedded database, which has its own.
        const isCommit = faults.length === 1 && faults[0]?.method === 'commit';
        const engine = isCommit && faultLists === all ? 'PGlite' : 'PostgreSQL';
        await using home = await makeTestHome({ engine });
        const paths = await writeSources(home, sources);
        await loadWithFaults(home, paths, faults);
        assert.deepEqual(await loadAgain(home, paths), expected);
      });
    }
  });
}

async function loadUndisturbed(sources: Record<string, string>): Promise<unknown> {
  await using home = await makeTestHome();
  return await loadAgain(home, await writeSources(home, sources));
}

/** All but the last file, undisturbed; then the last. */
async function loadWithFaults(
  home: TestHome,
  paths: readonly string[],
  faults: readonly Fault[],
): Promise<void> {
  await using corpus = await openFaultyCorpus(home);
  const [last = '', ...earlier] = paths.toReversed();
  await corpus.load(...earlier.reverse());
  corpus.arm(faults);
  await assert.rejects(corpus.load(last), /failed (before|after) the call$/);
  if (faults.includes(UNDO)) return;
  const { store, index } = corpus.needs;
  const { chunks } = await store.countCorpus({ signal });
  assert.equal(await index.countChunks({ signal }), chunks, 'what is searched is what is committed, at once');
}

/** Tables, archive and index say the same of every PMID, and nothing is left to be done. */
async function requireAgreement({ store, archive, index }: Services): Promise<void> {
  assert.deepEqual(await store.listPending({ signal }), []);
  const { chunks } = await store.countCorpus({ signal });
  assert.equal(await index.countChunks({ signal }), chunks);
  const { damaged, missing } = await verify({ store, archive });
  assert.deepEqual([damaged, missing], [[], []]);
  for (const pmid of await listPmids({ store })) {
    const found = await archive.findCurrent(toRawKey(KEYS, pmid), { signal });
    const pointer = (await store.findPointers([pmid], { signal })).get(pmid);
    assert.equal(found?.uri, pointer?.uri);
  }
}

async function listPmids({ store }: Pick<Services, 'store'>): Promise<Set<Pmid>> {
  const pmids = new Set<Pmid>();
  for await (const { pmid } of store.listArchived({ signal })) if (pmid !== null) pmids.add(pmid);
  return pmids;
}

function verify({ store, archive }: Pick<Services, 'store' | 'archive'>) {
  const isKnown = (uris: Parameters<Services['store']['findKnownUris']>[0]) =>
    store.findKnownUris(uris, { signal });
  return verifyArchive(
    { archive, prefix: 'pubmed', expected: store.listArchived({ signal }), isKnown },
    { signal },
  );
}

/**
 * A fresh opening, in which everything agrees before and after; tables, objects and answers,
 * without their times.
 */
async function loadAgain(home: TestHome, paths: readonly string[]): Promise<unknown> {
  const index = await askAfter(home, paths);
  const objects = [...(await home.listObjects()).keys()];
  return {
    index,
    objects: objects.filter((key) => /\/(raw|history|unidentified)\//.test(key)),
    ...(await dumpContent(home)),
  };
}

async function askAfter(home: TestHome, paths: readonly string[]) {
  await using corpus = await home.open();
  await requireAgreement(corpus.services);
  await loadInto(corpus, ...paths);
  await requireAgreement(corpus.services);
  const { unknown } = await verify(corpus.services);
  const answers = await Promise.all(
    ['Aspirin', 'Bosentan', 'Lower', 'Title'].map(async (word) => (await findPmids(corpus, word)).sort()),
  );
  return { unknown, chunks: await corpus.services.index.countChunks({ signal }), answers };
}

function writeSources(home: TestHome, sources: Record<string, string>): Promise<string[]> {
  return Promise.all(Object.entries(sources).map(([name, xml]) => home.write(name, xml)));
}
