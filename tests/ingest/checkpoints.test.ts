import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decompress } from '../../src/archive/compression.ts';
import { openEnvelope } from '../../src/archive/envelope.ts';
import type { Corpus } from '../../src/compose.ts';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { corpusCheckpointDelete } from '../../src/tools/corpus-checkpoint-delete.ts';
import { corpusCheckpointDiff, type DiffAnswer } from '../../src/tools/corpus-checkpoint-diff.ts';
import { corpusCheckpointGet } from '../../src/tools/corpus-checkpoint-get.ts';
import { corpusCheckpointList } from '../../src/tools/corpus-checkpoint-list.ts';
import { pubmedCite } from '../../src/tools/pubmed-cite.ts';
import { ragGet } from '../../src/tools/rag-get.ts';
import { ragSearch } from '../../src/tools/rag-search.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { dumpTables, findPmids, loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const FOLDER = `${import.meta.dirname}/../fixtures/nlm-files`;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('checkpoints', () => {
  test('search and get inside answer as before, whatever the next file changed', async () => {
    await using home = await makeTestHome();
    const before = await home.write('1.xml', setXml(...BEFORE));
    const after = await home.write('2.xml', setXml(...AFTER));
    await using corpus = await home.open();
    await loadInto(corpus, before);
    const { checkpoint_id, document_count } = await create(corpus, 'before');
    assert.equal(document_count, 4);
    const answers = await readAll(corpus, [1, 2, 3, 4], {});
    const found = await callTool(corpus, ragSearch, { query: 'aspirin heart' });

    await loadInto(corpus, after);

    const inside = { checkpoint_id };
    const frozen = await readAll(corpus, [1, 2, 3, 4], inside);
    for (const [at, answer] of frozen.entries()) {
      const { archive, checkpoints, retracted_since, ...rest } = answer;
      const { archive: earlier, checkpoints: _, ...same } = answers[at] ?? answer;
      assert.deepEqual(rest, same);
      assert.deepEqual(checkpoints, [checkpoint_id]);
      assert.ok(archive !== undefined);
      assert.equal(archive.content_hash, earlier?.content_hash);
      assert.equal(await hashArchived(archive.s3_uri), archive.content_hash);
      assert.equal(retracted_since, answer.pmid === '3');
    }
    const again = await callTool(corpus, ragSearch, { query: 'aspirin heart', ...inside });
    assert.deepEqual(
      new Set(again.documents.map(({ pmid, title }) => `${pmid} ${title}`)),
      new Set(found.documents.map(({ pmid, title }) => `${pmid} ${title}`)),
    );
    const retracted = again.documents.filter((one) => one.retracted_since).map(({ pmid }) => pmid);
    assert.deepEqual(retracted, ['3']);
    assert.deepEqual((await findPmids(corpus, 'aspirin heart')).sort(), ['1', '2', '5']);
    assert.equal((await callTool(corpus, ragGet, { doc_id: 'pmid:2' })).revision, 2);
    assert.equal((await callTool(corpus, ragGet, { doc_id: 'pmid:2' })).retracted_since, undefined);
    const since = await callTool(corpus, pubmedCite, { pmids: [3, 2], ...inside });
    assert.deepEqual(
      since.citations.map(({ pmid, retracted_since }) => [pmid, retracted_since]),
      [
        ['3', true],
        ['2', false],
      ],
    );
    assert.ok(!/retracted/i.test(since.citations[0]?.text ?? ''), 'the text is that of then');
    const cited = await callTool(corpus, pubmedCite, { pmids: [2, 4, 5], ...inside });
    assert.deepEqual(
      cited.citations.map(({ pmid }) => pmid),
      ['2', '4'],
    );
    for (const [at, { text }] of cited.citations.entries()) {
      const title = frozen[[1, 3][at] ?? 0]?.title?.replace(/\.$/, '') ?? assert.fail();
      assert.ok(text.includes(title), text);
    }
    assert.deepEqual(cited.problems, [{ pmid: '5', reason: 'not_in_checkpoint', merged_into: null }]);
    await assert.rejects(callTool(corpus, ragGet, { doc_id: 'pmid:4' }), { code: 'NOT_FOUND' });
    await assert.rejects(callTool(corpus, ragGet, { doc_id: 'pmid:5', ...inside }), {
      code: 'NOT_FOUND',
      hint: `The checkpoint ${checkpoint_id} does not hold pmid:5; rag.get {"doc_id": "pmid:5"} reads it as it is now.`,
    });
  });

  test('diff names exactly what entered, changed and left, from both ends, page by page', async () => {
    await using home = await makeTestHome();
    await using corpus = await home.open();
    await loadInto(corpus, await home.write('1.xml', setXml(...BEFORE)));
    const from = (await create(corpus, 'before')).checkpoint_id;
    await loadInto(corpus, await home.write('2.xml', setXml(...AFTER)));
    const changes = { entered: ['pmid:5'], changed: ['pmid:2', 'pmid:3'], left: ['pmid:4'] };
    const totals = { entered: 1, changed: 2, left: 1 };
    const now = await callTool(corpus, corpusCheckpointDiff, { from });
    assert.deepEqual(sorted(now), { ...changes, next_cursor: null, totals });

    // What came and went in between is in no diff; what came back is another revision.
    await loadInto(corpus, await home.write('3.xml', setXml(articleXml({ pmid: 6 }))));
    await loadInto(corpus, await home.write('4.xml', setXml(deleteXml(6))));
    const to = (await create(corpus, 'after')).checkpoint_id;
    assert.deepEqual(sorted(await callTool(corpus, corpusCheckpointDiff, { from, to })), {
      ...changes,
      next_cursor: null,
      totals,
    });
    const backwards = await callTool(corpus, corpusCheckpointDiff, { from: to, to: from });
    assert.deepEqual(sorted(backwards), {
      entered: changes.left,
      changed: changes.changed,
      left: changes.entered,
      next_cursor: null,
      totals,
    });
    assert.deepEqual(await callTool(corpus, corpusCheckpointDiff, { from: to }), {
      entered: [],
      changed: [],
      left: [],
      next_cursor: null,
      totals: { entered: 0, changed: 0, left: 0 },
    });
    const told = await callTool(corpus, corpusCheckpointDiff, { from, to });
    const entry = (number: number, title: string, given: object) => ({
      doc_id: `pmid:${number}`,
      title,
      retraction_status: 'none',
      from_revision: 1,
      to_revision: 2,
      ...given,
    });
    const three = entry(3, 'Aspirin heals every heart.', { retraction_status: 'retracted' });
    assert.deepEqual(told, {
      entered: [entry(5, 'Aspirin, heart and kidney.', { from_revision: null, to_revision: 1 })],
      changed: [entry(2, 'Aspirin and the heart, revised.', {}), three],
      left: [entry(4, 'Aspirin in the heart of winter.', { to_revision: null })],
      next_cursor: null,
      totals,
    });
    const back = (await callTool(corpus, corpusCheckpointDiff, { from: to, to: from })).changed;
    assert.deepEqual(
      back.find(({ doc_id }) => doc_id === 'pmid:3'),
      { ...three, retraction_status: 'none', from_revision: 2, to_revision: 1 },
    );
    for (const limit of [1, 2, 3, 4]) {
      assert.deepEqual(await readPages(corpus, { from, to, limit }), changes);
      assert.deepEqual(await readPages(corpus, { from, limit }), changes);
    }
  });

  test('diff keeps what a query finds at the end that holds it, whatever the size of the page', async () => {
    await using home = await makeTestHome();
    await using corpus = await home.open();
    await loadInto(corpus, await home.write('1.xml', setXml(...BEFORE)));
    const from = (await create(corpus, 'before')).checkpoint_id;
    await loadInto(corpus, await home.write('2.xml', setXml(...AFTER)));
    const found = { entered: [] as string[], changed: [] as string[], left: [] as string[] };
    for (const limit of [1, 100]) {
      const keep = (query: string) => readPages(corpus, { from, query, limit });
      assert.deepEqual(await keep('"kidney"'), { ...found, entered: ['pmid:5'] });
      assert.deepEqual(await keep('"revised"'), { ...found, changed: ['pmid:2'] });
      assert.deepEqual(await keep('"winter"'), { ...found, left: ['pmid:4'] });
      assert.deepEqual(await keep('"every heart"'), { ...found, changed: ['pmid:3'] });
      assert.deepEqual(await keep('"again"'), found, 'the revision of before is not looked at');
      const all = { entered: ['pmid:5'], changed: ['pmid:2', 'pmid:3'], left: ['pmid:4'] };
      assert.deepEqual(await keep('aspirin'), all);
    }
  });

  test('of many changes a query keeps those that a search of the whole corpus finds', async () => {
    await using home = await makeTestHome();
    await using corpus = await home.open();
    for (const file of ['pubmed22n1114', 'pubmed25n1274']) await loadInto(corpus, `${FOLDER}/${file}.xml.gz`);
    const from = (await create(corpus, 'before')).checkpoint_id;
    for (const file of ['pubmed26n1334', 'pubmed26n1335']) await loadInto(corpus, `${FOLDER}/${file}.xml.gz`);
    const all = (await readPages(corpus, { from, limit: 1_000 })).entered;
    assert.ok(all.length > 20, 'enough to tell some from all');
    for (const query of QUESTIONS) {
      const { documents } = await callTool(corpus, ragSearch, { query, top_k: 50, filters: WITH_RETRACTED });
      assert.ok(documents.length < 50, 'all that answer are told');
      const found = new Set(documents.map(({ doc_id }) => doc_id));
      const expected = all.filter((id) => found.has(id));
      assert.equal(expected.length > 0, query !== NOWHERE);
      for (const limit of [1, 7, 1_000]) {
        const kept = await readPages(corpus, { from, query, limit });
        assert.deepEqual([query, limit, kept.entered], [query, limit, expected]);
      }
    }
  });

  for (const [first, second] of [
    ['pubmed20n0001', 'pubmed20n1203'],
    ['pubmed25n1274', 'pubmed25n1275'],
    ['pubmed26n1334', 'pubmed26n1335'],
  ]) {
    test(`${second} after ${first}: inside is the corpus of before, the diff is what the tables say`, async () => {
      await using home = await makeTestHome();
      let from: string;
      {
        await using corpus = await home.open();
        await loadInto(corpus, `${FOLDER}/${first}.xml.gz`);
        from = (await create(corpus, 'before')).checkpoint_id;
      }
      const before = toLive((await dumpTables(home)).revisions);
      await home.load(`${FOLDER}/${second}.xml.gz`);
      const after = toLive((await dumpTables(home)).revisions);
      await using corpus = await home.open();
      assert.deepEqual(await readPages(corpus, { from, limit: 7 }), {
        entered: [...after.keys()].filter((id) => !before.has(id)).sort(),
        changed: [...after]
          .filter(([id, at]) => before.has(id) && before.get(id) !== at)
          .map(([id]) => id)
          .sort(),
        left: [...before.keys()].filter((id) => !after.has(id)).sort(),
      });
      for (const [doc_id, revision] of before) {
        const answer = await callTool(corpus, ragGet, { doc_id, checkpoint_id: from });
        assert.equal(answer.revision, revision);
        assert.ok(answer.archive !== undefined);
        assert.equal(await hashArchived(answer.archive.s3_uri), answer.archive.content_hash);
      }
    });
  }

  test('a parent cannot be deleted before its child, and what nobody sees leaves the index with the next load', async () => {
    await using home = await makeTestHome();
    await using corpus = await home.open();
    await loadInto(corpus, await home.write('1.xml', setXml(...BEFORE)));
    const parent = await create(corpus, 'parent');
    await loadInto(corpus, await home.write('2.xml', setXml(...AFTER)));
    const child = await create(corpus, 'child', { parent_checkpoint_id: parent.checkpoint_id });
    assert.equal(child.parent_checkpoint_id, parent.checkpoint_id);

    await assert.rejects(callTool(corpus, corpusCheckpointDelete, parentId(parent)), {
      code: 'VALIDATION',
      hint: /"parent" is the parent of "child" \([0-9a-f-]{36}\); delete that one first/,
    });
    assert.deepEqual(await callTool(corpus, corpusCheckpointDelete, parentId(child)), { deleted: true });
    assert.deepEqual(await callTool(corpus, corpusCheckpointDelete, parentId(parent)), { deleted: true });
    await assert.rejects(callTool(corpus, corpusCheckpointDelete, parentId(parent)), { code: 'NOT_FOUND' });

    const old = { kind: 'checkpoint', sequence: 1 } as const;
    assert.equal((await searchAt(corpus, old)).length, 4);
    await loadInto(corpus, await home.write('3.xml', setXml(articleXml({ pmid: 9 }))));
    assert.deepEqual(await searchAt(corpus, old), ['1']);
  });

  test('lists page newest first, and wrong ids and cursors are refused by name', async () => {
    await using home = await makeTestHome();
    await using corpus = await home.open();
    const made = [];
    for (const name of ['a', 'b', 'c']) made.unshift(await create(corpus, name));
    const first = await callTool(corpus, corpusCheckpointList, { limit: 2 });
    assert.deepEqual(first.checkpoints, made.slice(0, 2));
    const second = await callTool(corpus, corpusCheckpointList, { limit: 2, cursor: first.next_cursor });
    assert.deepEqual(second, { checkpoints: made.slice(2), next_cursor: null, total: 3 });
    const [newest] = made;
    assert.ok(newest !== undefined && first.next_cursor !== null);
    assert.deepEqual(await callTool(corpus, corpusCheckpointGet, parentId(newest)), newest);

    const cursor = first.next_cursor;
    for (const wrong of [
      `${cursor}A`,
      cursor.slice(1),
      cursor.slice(0, -2),
      'x',
      `${cursor.slice(0, -3)}AAA`,
    ]) {
      await assert.rejects(callTool(corpus, corpusCheckpointList, { cursor: wrong }), {
        code: 'VALIDATION',
        hint: /^`cursor` is none that this list gave out/,
      });
    }
    await assert.rejects(callTool(corpus, corpusCheckpointDiff, { from: newest.checkpoint_id, cursor }), {
      code: 'VALIDATION',
    });
    await assert.rejects(callTool(corpus, corpusCheckpointGet, { checkpoint_id: UNKNOWN }), {
      code: 'NOT_FOUND',
      hint: new RegExp(UNKNOWN),
    });
    await assert.rejects(callTool(corpus, corpusCheckpointDelete, { checkpoint_id: 'before' }), {
      code: 'VALIDATION',
      hint: /^`checkpoint_id` must be the id of a checkpoint, a UUID; corpus\.checkpoint\.list names those/,
    });
    const inside = { checkpoint_id: UNKNOWN };
    await assert.rejects(callTool(corpus, ragSearch, { query: 'heart', ...inside }), { code: 'NOT_FOUND' });
    await assert.rejects(callTool(corpus, ragGet, { doc_id: 'pmid:1', ...inside }), { code: 'NOT_FOUND' });
    await assert.rejects(callTool(corpus, corpusCheckpointDiff, { from: UNKNOWN }), { code: 'NOT_FOUND' });
    await assert.rejects(create(corpus, 'orphan', { parent_checkpoint_id: UNKNOWN }), { code: 'NOT_FOUND' });
  });
});

/** The second is revised, the third retracted, the fourth withdrawn, a fifth comes. */
const BEFORE = [
  articleXml({ pmid: 1, title: 'Aspirin and the heart.' }),
  articleXml({ pmid: 2, title: 'Aspirin and the heart, again.' }),
  articleXml({ pmid: 3, title: 'Aspirin heals every heart.' }),
  articleXml({ pmid: 4, title: 'Aspirin in the heart of winter.' }),
];
const AFTER = [
  articleXml({ pmid: 2, title: 'Aspirin and the heart, revised.' }),
  articleXml({
    pmid: 3,
    title: 'Aspirin heals every heart.',
    publicationTypes: ['Journal Article', 'Retracted Publication'],
  }),
  articleXml({ pmid: 5, title: 'Aspirin, heart and kidney.' }),
  deleteXml(4),
];

const WITH_RETRACTED = { exclude_retracted: false };
const NOWHERE = 'zzqvx blorp';
const QUESTIONS = ['opioids in sickle cell disease', 'night-time tourism of residents', NOWHERE];

function create(corpus: Corpus, name: string, more: Record<string, unknown> = {}) {
  return callTool(corpus, corpusCheckpointCreate, { name, ...more });
}

function parentId({ checkpoint_id }: { checkpoint_id: string }) {
  return { checkpoint_id };
}

function readAll(corpus: Corpus, pmids: number[], params: Record<string, unknown>) {
  return Promise.all(pmids.map((pmid) => callTool(corpus, ragGet, { doc_id: `pmid:${pmid}`, ...params })));
}

async function searchAt({ services }: Corpus, membership: { kind: 'checkpoint'; sequence: number }) {
  const { documents } = await services.searchCorpus(
    {
      query: 'aspirin heart',
      topK: 50,
      mode: 'bm25',
      alpha: 0.5,
      filters: {},
      rerankByQuality: false,
      membership,
    },
    { signal: new AbortController().signal },
  );
  return documents.map(({ pmid }) => pmid).sort();
}

async function readPages(
  corpus: Corpus,
  params: { from: string; to?: string; query?: string; limit: number },
) {
  const all = { entered: [] as string[], changed: [] as string[], left: [] as string[] };
  let cursor: string | null | undefined;
  do {
    const page = await callTool(corpus, corpusCheckpointDiff, { ...params, ...(cursor ? { cursor } : {}) });
    const told = page.entered.length + page.changed.length + page.left.length;
    assert.ok(told <= params.limit);
    assert.ok(told > 0 || !cursor || params.query, 'a page that another leads to holds something');
    for (const kind of ['entered', 'changed', 'left'] as const) all[kind].push(...sorted(page)[kind]);
    cursor = page.next_cursor;
  } while (cursor !== null);
  for (const ids of Object.values(all)) ids.sort();
  return all;
}

/** The ids alone. */
function sorted({ entered, changed, left, next_cursor, totals }: DiffAnswer) {
  const toIds = (entries: DiffAnswer['left']) => entries.map(({ doc_id }) => doc_id).sort();
  return { entered: toIds(entered), changed: toIds(changed), left: toIds(left), next_cursor, totals };
}

function toLive(revisions: Record<string, unknown>[] | undefined) {
  const live = (revisions ?? []).filter(({ left_sequence }) => left_sequence === null);
  return new Map(live.map(({ pmid, revision }) => [`pmid:${pmid}`, revision]));
}

async function hashArchived(uri: string): Promise<string> {
  const { payloadBytes } = openEnvelope(decompress(await readFile(fileURLToPath(uri)), uri));
  return createHash('sha256').update(payloadBytes).digest('hex');
}
