import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { corpusReindex } from '../../src/tools/corpus-reindex.ts';
import { ragGet } from '../../src/tools/rag-get.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';

describe('what rag.get tells where it is named', () => {
  const stack = new AsyncDisposableStack();
  let corpus: Corpus;
  const records: string[] = [];
  const checkpoints: string[] = [];
  before(async () => {
    const home = stack.use(await makeTestHome());
    corpus = stack.use(await home.open());
    for (const [at, facts] of [
      { title: 'One.' },
      { title: 'Two.' },
      { title: 'Two.', abstract: 'Another – “text”.' },
    ].entries()) {
      records.push(articleXml({ pmid: 3001, ...facts }));
      await loadInto(corpus, await home.write(`pubmed26n000${at + 1}.xml`, setXml(records[at] ?? '')));
      checkpoints.push((await callTool(corpus, corpusCheckpointCreate, { name: String(at) })).checkpoint_id);
    }
  });
  after(() => stack.disposeAsync());

  test('revisions, newest first, each with what changed', async () => {
    const answer = await callTool(corpus, ragGet, { doc_id: 'pmid:3001', fields: ['revisions'] });
    const told = answer.revisions?.map(({ revision, changed }) => ({ revision, changed }));
    assert.deepEqual(told, [
      { revision: 3, changed: ['abstract'] },
      { revision: 2, changed: ['title'] },
      { revision: 1, changed: null },
    ]);
    assert.equal(answer.title, undefined);
    const hashes = answer.revisions?.map(({ content_hash }) => content_hash);
    assert.deepEqual(
      hashes,
      records.map((text) => createHash('sha256').update(text).digest('hex')).reverse(),
    );
  });

  test('the raw record byte for byte, in a checkpoint that of then', async () => {
    const now = await callTool(corpus, ragGet, { doc_id: 'pmid:3001', fields: ['raw'] });
    assert.deepEqual(now.raw, { payload: records[2], encoding: 'utf8' });
    for (const [at, checkpoint_id] of checkpoints.entries()) {
      const fields = ['raw', 'revisions'];
      const then = await callTool(corpus, ragGet, { doc_id: 'pmid:3001', fields, checkpoint_id });
      assert.equal(then.raw?.payload, records[at]);
      assert.equal(then.revisions?.length, at + 1);
    }
  });

  test('and nothing of both where they are not', async () => {
    for (const fields of [undefined, ['title']]) {
      const answer = await callTool(corpus, ragGet, { doc_id: 'pmid:3001', ...(fields && { fields }) });
      assert.deepEqual([answer.raw, answer.revisions], [undefined, undefined]);
    }
  });
});

describe('what rag.get tells of the papers that cite one', () => {
  const referring = (...pmids: (number | string)[]) =>
    `<ReferenceList>${pmids
      .map(
        (one) =>
          `<Reference><ArticleIdList><ArticleId IdType="pubmed">${one}</ArticleId></ArticleIdList></Reference>`,
      )
      .join('')}</ReferenceList>`;
  const cited = { doc_id: 'pmid:4001', fields: ['cited_by'] };
  const list = async (corpus: Corpus, params: object = {}) =>
    (await callTool(corpus, ragGet, { ...cited, ...params })).cited_by ?? assert.fail('it is not told');

  test('follows loads, revisions, retractions, deletions and reindexing, and tells a checkpoint as it was', async () => {
    await using home = await makeTestHome();
    {
      await using corpus = await home.open();
      const load = async (number: number, ...items: string[]) =>
        loadInto(corpus, await home.write(`pubmed26n000${number}.xml`, setXml(...items)));
      await load(
        1,
        articleXml({ pmid: 4001 }),
        articleXml({ pmid: 4002, year: 2019, references: referring(4001, 4001, 'PMC77', 1234567890123) }),
        articleXml({ pmid: 4003, year: 2021, references: referring(5, 4001) }),
        articleXml({ pmid: 4004, year: 2022, references: referring(4002) }),
      );
      const first = await list(corpus);
      assert.deepEqual([first.total, first.complete], [2, true]);
      assert.deepEqual(first.papers[0], {
        doc_id: 'pmid:4003',
        pmid: '4003',
        title: 'Title 4003.',
        journal: 'Journal of tests',
        published: '2021',
        retraction_status: 'none',
      });
      assert.equal(first.papers[1]?.pmid, '4002');
      const { checkpoint_id } = await callTool(corpus, corpusCheckpointCreate, { name: 'then' });

      await load(
        2,
        articleXml({ pmid: 4004, year: 2022, references: referring(4001) }),
        articleXml({
          pmid: 4003,
          year: 2021,
          publicationTypes: ['Retracted Publication'],
          references: referring(4001),
        }),
        deleteXml(4002),
      );
      const second = await list(corpus);
      const told = ({ papers }: typeof second) => papers.map((one) => [one.pmid, one.retraction_status]);
      assert.deepEqual(told(second), [
        ['4004', 'none'],
        ['4003', 'retracted'],
      ]);
      const frozen = await list(corpus, { checkpoint_id });
      assert.deepEqual(told(frozen), [
        ['4003', 'none'],
        ['4002', 'none'],
      ]);
      assert.deepEqual(
        frozen.papers.map((one) => one.retracted_since),
        [true, false],
      );
      assert.equal((await callTool(corpus, ragGet, { doc_id: 'pmid:4001' })).cited_by, undefined);
    }
    await using corpus = await home.open();
    await callTool(corpus, corpusReindex, {});
    assert.deepEqual(
      (await list(corpus)).papers.map((one) => one.pmid),
      ['4004', '4003'],
    );
  });
});
