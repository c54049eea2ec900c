import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { ragGet } from '../../src/tools/rag-get.ts';
import { callTool } from '../support/call-tool.ts';
import { articleXml, setXml } from '../support/pubmed-xml.ts';
import { loadInto, makeTestHome } from '../support/test-corpus.ts';

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
