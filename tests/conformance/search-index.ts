import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { optimizeWhole } from '../../src/search/optimize-whole.ts';
import type { SearchIndex, SearchMode } from '../../src/search/search-index.ts';
import { pmidsOf, toBatch, toChunk, toQuery, toVector } from '../search/index-samples.ts';
import { describeSearchIndexFilters } from './search-index-filters.ts';
import { describeSearchIndexMembership } from './search-index-membership.ts';

export interface TestSearchIndex extends AsyncDisposable {
  /** Empty, of `DIMENSIONS`. */
  index: SearchIndex;
  /** Closes `index` and opens what it left. */
  reopen(): Promise<SearchIndex>;
}

const MODES: readonly SearchMode[] = ['bm25', 'semantic', 'hybrid'];
const HEART = { pmid: 1, text: 'Metoprolol lowers the heart rate.' };
const LIVER = { pmid: 2, text: 'Fibrosis of the liver after hepatitis.' };

/** The promises of the port `SearchIndex`, each a test; run it over every adapter. */
export function describeSearchIndex(name: string, open: () => Promise<TestSearchIndex>): void {
  describe(`search index on ${name}`, () => {
    describeSearching(open);
    describeWords(open);
    describeSearchIndexFilters(open);
    describeSearchIndexMembership(open);
  });
}

function describeSearching(open: () => Promise<TestSearchIndex>): void {
  for (const mode of MODES) {
    test(`what a batch wrote is found by the next ${mode} search`, async ({ signal }) => {
      await using opened = await open();
      await opened.index.write(toBatch(1, [HEART, LIVER]), { signal });

      const hits = await opened.index.search(toQuery('heart rate', { mode, limit: 1 }), { signal });

      assert.deepEqual(pmidsOf(hits), [1]);
    });

    test(`what awaited its commit is found by a ${mode} search once it has it`, async ({ signal }) => {
      await using opened = await open();
      await opened.index.write(toBatch(1, [LIVER]), { signal });
      await opened.index.write({ ...toBatch(2, [HEART]), awaitsCommit: true }, { signal });
      await opened.index.show({ signal });

      const hits = await opened.index.search(toQuery('heart rate', { mode, limit: 1 }), { signal });

      assert.deepEqual(pmidsOf(hits), [1]);
    });

    test(`an empty index answers a ${mode} search with no hit`, async ({ signal }) => {
      await using opened = await open();
      assert.deepEqual(await opened.index.search(toQuery('heart', { mode }), { signal }), []);
    });
  }

  test('an index is brought into memory, empty or filled, and answers as before', async ({ signal }) => {
    await using opened = await open();
    await opened.index.warm({ signal });
    await opened.index.write(toBatch(1, [HEART, LIVER]), { signal });
    await optimizeWhole(opened.index, { signal });
    await opened.index.warm({ signal });
    assert.deepEqual(pmidsOf(await opened.index.search(toQuery('heart', { limit: 1 }), { signal })), [1]);
  });

  test('a hit carries what was written', async ({ signal }) => {
    await using opened = await open();
    const sample = {
      pmid: 999_999_999,
      title: 'β-blockers: "α" & <b>',
      text: 'Aims here.\n\nFindings there.',
      section: 'AIMS',
      sections: [
        { label: 'AIMS', start: 0 },
        { label: null, start: 12 },
      ],
      revision: 3,
      position: 2,
      facts: {
        journal: 'Heart',
        year: 2021,
        publicationTypes: ['Review', "Letter of 'x'"],
        retractionStatus: 'corrected',
        quality: '{"a":1}',
      },
    };
    const { chunkId: _, facts, ...passage } = toChunk(sample);
    await opened.index.write(toBatch(1, [sample]), { signal });

    const [hit] = await opened.index.search(toQuery('findings'), { signal });

    const { pmid, title, journal, year, publicationTypes, retractionStatus, quality } = facts;
    assert.ok(hit);
    const { bm25, cosine, words: _words, vector, chunkId, ...rest } = hit;
    const { text, section, sections, words: _held, ...place } = passage;
    assert.deepEqual((await opened.index.readShown([chunkId], { signal })).get(chunkId), {
      ...{ text, section, sections, journal, publicationTypes },
    });
    const told = (await opened.index.readShownFacts([chunkId], { signal })).get(chunkId);
    assert.deepEqual([told?.journal, told?.publicationTypes], [journal, publicationTypes]);
    assert.deepEqual(rest, { ...place, facts: { pmid, title, year, retractionStatus, quality } });
    assert.ok(bm25 !== null && bm25 > 0);
    assert.ok(cosine !== null && cosine > 0);
    assert.deepEqual(vector && [...vector], [...toVector(sample.text)]);
  });

  test('passages are read by the ids of hits, of those that are there', async ({ signal }) => {
    await using opened = await open();
    const { index } = opened;
    await index.write(toBatch(1, [{ ...HEART, title: 'Of hearts.' }, LIVER]), { signal });
    const hits = await index.search(toQuery('heart liver'), { signal });
    const [heart, liver] = ['1', '2'].map((pmid) => hits.find(({ facts }) => facts.pmid === pmid)?.chunkId);
    const none = toChunk({ pmid: 3, text: '' }).chunkId;
    assert.ok(heart && liver);
    const read = async () => {
      const facts = await index.readShownFacts([liver, none, heart], { signal });
      assert.deepEqual([...facts.keys()].sort(), [heart, liver].sort());
      return [...(await index.readShown([liver, none, heart], { signal }))]
        .map(([id, { text }]) => [id, text])
        .sort();
    };
    const expected = [
      [heart, HEART.text],
      [liver, LIVER.text],
    ].sort();

    assert.deepEqual(await read(), expected);
    assert.deepEqual(await index.readShown([], { signal }), new Map());

    // What has ended or was built in since is still what was found.
    await index.write(toBatch(2, [{ ...HEART, revision: 2, text: 'Another text.' }], [1]), { signal });
    assert.deepEqual(await read(), expected);
    await optimizeWhole(index, { signal });
    assert.deepEqual(await read(), expected);
  });

  test('the cosine is that of the vectors, and 0 for a passage without a vector', async ({ signal }) => {
    await using opened = await open();
    await opened.index.write(toBatch(1, [HEART, { pmid: 3, text: '—' }]), { signal });
    const query = toQuery('heart rate', { mode: 'semantic' });

    const hits = await opened.index.search(query, { signal });

    const expected = toVector('heart rate').reduce(
      (sum, value, at) => sum + value * (toVector(HEART.text)[at] ?? 0),
      0,
    );
    const cosines = new Map(hits.map(({ facts, cosine }) => [Number(facts.pmid), cosine]));
    assert.ok(Math.abs((cosines.get(1) ?? 0) - expected) < 1e-5);
    assert.ok(Math.abs(cosines.get(3) ?? 1) < 1e-5);
  });

  test('hybrid answers the best of both kinds, each chunk once', async ({ signal }) => {
    await using opened = await open();
    const samples = [HEART, LIVER, { pmid: 3, text: 'Heart' }, { pmid: 4, text: 'Nothing of it' }];
    await opened.index.write(toBatch(1, samples), { signal });
    const query = { vector: toVector(LIVER.text), limit: 1 };

    const hits = await opened.index.search(toQuery('metoprolol', query), { signal });

    assert.deepEqual(pmidsOf(hits), [1, 2]);
    assert.equal(hits.length, 2);
    const liver = hits.find(({ facts }) => facts.pmid === '2');
    assert.equal(liver?.bm25, null);
    assert.ok(Math.abs((liver?.cosine ?? 0) - 1) < 1e-5);
  });

  test('no more than limit chunks of a kind are answered, the best ones', async ({ signal }) => {
    await using opened = await open();
    const samples = [1, 2, 3, 4, 5].map((pmid) => ({
      pmid,
      text: `${'heart '.repeat(pmid)}${'filler '.repeat(9 - pmid)}`,
    }));
    await opened.index.write(toBatch(1, samples), { signal });

    const hits = await opened.index.search(toQuery('heart', { mode: 'bm25', limit: 2 }), { signal });

    assert.deepEqual(pmidsOf(hits), [4, 5]);
    assert.ok(hits.every(({ bm25 }) => bm25 !== null));
  });

  test('optimize changes no answer and no score', async ({ signal }) => {
    await using opened = await open();
    const { index } = opened;
    for (let sequence = 1; sequence <= 6; sequence++) {
      const samples = [0, 1, 2].map((at) => ({
        pmid: sequence * 10 + at,
        text: `heart ${'rate '.repeat(at)}${sequence}`,
      }));
      await index.write(toBatch(sequence, samples), { signal });
    }
    const query = toQuery('heart rate', { limit: 50 });
    const scores = async () => {
      const hits = await index.search(query, { signal });
      return new Map(
        hits.map(({ facts, bm25, cosine }) => [facts.pmid, { bm25: bm25 ?? 0, cosine: cosine ?? 0 }]),
      );
    };

    const before = await scores();
    await optimizeWhole(index, { signal });
    const after = await scores();

    assert.equal(before.size, 18);
    assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
    for (const [pmid, { bm25, cosine }] of after) {
      const earlier = before.get(pmid);
      assert.ok(earlier && Math.abs(earlier.bm25 - bm25) < 1e-4 && Math.abs(earlier.cosine - cosine) < 1e-5);
    }
  });

  test('what was written is there after closing and opening again', async ({ signal }) => {
    await using opened = await open();
    await opened.index.write(toBatch(1, [HEART, LIVER]), { signal });

    const index = await opened.reopen();

    assert.equal(await index.countChunks({ signal }), 2);
    assert.deepEqual(pmidsOf(await index.search(toQuery('liver', { mode: 'bm25' }), { signal })), [2]);
  });

  test('a cancelled call rejects with its reason and changes nothing', async ({ signal }) => {
    await using opened = await open();
    const { index } = opened;
    const cancelled = AbortSignal.abort(new Error('enough'));

    await assert.rejects(index.search(toQuery('heart'), { signal: cancelled }), /enough/);
    await assert.rejects(index.write(toBatch(1, [HEART]), { signal: cancelled }), /enough/);

    assert.equal(await index.countChunks({ signal }), 0);
  });

  test('a closed index throws INDEX_UNAVAILABLE, never an empty list', async ({ signal }) => {
    await using opened = await open();
    const { index } = opened;
    await index.ping({ signal });
    await index[Symbol.asyncDispose]();

    await assert.rejects(index.search(toQuery('heart'), { signal }), { code: 'INDEX_UNAVAILABLE' });
    await assert.rejects(index.ping({ signal }), { code: 'INDEX_UNAVAILABLE' });
    await assert.rejects(index.write(toBatch(1, [HEART]), { signal }), { code: 'INDEX_UNAVAILABLE' });
  });
}

function describeWords(open: () => Promise<TestSearchIndex>): void {
  test('words match by stem, without case and accents, in title and passage', async ({ signal }) => {
    await using opened = await open();
    const samples = [
      { pmid: 1, text: 'Naïve T cells were activated.' },
      { pmid: 2, title: 'Ménière disease', text: 'Vertigo is common.' },
      { pmid: 3, text: 'TNF-α and IL-6 rose.' },
    ];
    await opened.index.write(toBatch(1, samples), { signal });
    const find = async (text: string) =>
      pmidsOf(await opened.index.search(toQuery(text, { mode: 'bm25' }), { signal }));

    assert.deepEqual(await find('NAIVE'), [1]);
    assert.deepEqual(await find('activation'), [1]);
    assert.deepEqual(await find('meniere'), [2]);
    assert.deepEqual(await find('TNF-alpha'), [3]);
    assert.deepEqual(await find('il6 or il 6'), [3]);
  });

  test('whole names match in every spelling, and no other name does', async ({ signal }) => {
    await using opened = await open();
    const samples = [
      { pmid: 1, text: 'IL-6 fell.' },
      { pmid: 2, text: 'Serum IL6 fell.' },
      { pmid: 3, text: 'In rats IL 6 fell.' },
      { pmid: 4, text: 'IL-10 fell.' },
      { pmid: 5, text: 'NFκB and TNFα after haemorrhage, in randomised rats' },
      { pmid: 6, text: 'NF-kappaB and TNF-alpha after hemorrhage, in randomized rats' },
      { pmid: 7, text: 'The µ receptor' },
      { pmid: 8, text: 'The mu receptor' },
      { pmid: 9, title: 'PD-L1', text: 'A tumour' },
    ];
    await opened.index.write(toBatch(1, samples), { signal });
    const find = async (text: string) =>
      pmidsOf(await opened.index.search(toQuery(text, { mode: 'bm25' }), { signal }));

    for (const name of ['il-6', 'il6', 'IL 6']) assert.deepEqual(await find(name), [1, 2, 3], name);
    assert.deepEqual(await find('IL-10'), [4]);
    for (const name of ['NFκB', 'nf-kappab', 'TNFα', 'tnf-alpha', 'haemorrhages', 'hemorrhage', 'randomized'])
      assert.deepEqual(await find(name), [5, 6], name);
    for (const name of ['µ', 'μ', 'mu']) assert.deepEqual(await find(name), [7, 8], name);
    assert.deepEqual(await find('pdl1'), [9]);
  });

  test('a letter or a number behind a word tells which one is meant', async ({ signal }) => {
    await using opened = await open();
    const samples = [
      { pmid: 1, text: 'Hepatitis A vaccine in travellers: one dose of the vaccine protects for long.' },
      { pmid: 2, text: 'Hepatitis B vaccine: hepatitis vaccine, hepatitis vaccine.' },
      { pmid: 3, text: 'Type II diabetes in later life.' },
      { pmid: 4, text: 'Type 1 diabetes: type of diabetes, type of diabetes.' },
    ];
    await opened.index.write(toBatch(1, samples), { signal });
    const first = async (text: string) => {
      const hits = await opened.index.search(toQuery(text, { mode: 'bm25' }), { signal });
      const [best] = hits.toSorted((a, b) => (b.bm25 ?? 0) - (a.bm25 ?? 0));
      return best?.facts.pmid;
    };

    assert.equal(await first('hepatitis a vaccine'), '1');
    assert.equal(await first('hepatitis B vaccine'), '2');
    assert.equal(await first('type 2 diabetes'), '3');
  });

  test('a hit tells the words that it holds', async ({ signal }) => {
    await using opened = await open();
    await opened.index.write(toBatch(1, [{ pmid: 1, title: 'On tea', text: 'IL-6 fell.' }]), { signal });

    const hits = await Promise.all(
      MODES.map((mode) => opened.index.search(toQuery('tea', { mode }), { signal })),
    );

    const told = hits.map(([hit]) => hit?.words);
    assert.deepEqual(told, Array(3).fill('on tea on tea on tea il 6 fell il6'));
  });

  test('a question weighs what the best passages for each of its words have together', async ({ signal }) => {
    await using opened = await open();
    const { index } = opened;
    const weigh = (text: string) => index.weigh({ text, membership: { kind: 'live' } }, { signal });
    assert.deepEqual(await weigh('heart'), { best: 0, unknown: [], partly: [] });
    await index.write(toBatch(1, [HEART, LIVER, { pmid: 3, text: 'A heart' }]), { signal });
    const scoreOf = async (text: string) => {
      const hits = await index.search(toQuery(text, { mode: 'bm25', limit: 1 }), { signal });
      return hits[0]?.bm25 ?? assert.fail();
    };

    const [heart, liver, both] = await Promise.all(['heart', 'liver', 'heart of the liver'].map(weigh));
    assert.ok(heart && liver && both);

    assert.deepEqual(both.unknown, []);
    assert.ok(Math.abs(heart.best - (await scoreOf('heart'))) < 1e-5);
    assert.ok(Math.abs(heart.best + liver.best - both.best) < 1e-5);
    const strange = await weigh('heart zzxqv');
    assert.deepEqual(strange.unknown, ['zzxqv']);
    assert.ok(strange.best - heart.best > liver.best, 'what none holds weighs as the rarest word');
    assert.deepEqual(await weigh('?'), { best: 0, unknown: [], partly: [] });

    await index.write(toBatch(2, [{ pmid: 4, text: 'zzxqv zzxqv' }]), { signal });
    assert.deepEqual((await weigh('heart zzxqv')).unknown, []);
    await index.rollbackTo(1, { signal });
    assert.deepEqual((await weigh('heart zzxqv')).unknown, ['zzxqv']);
  });

  test('a sequence of letters without end is a word like others', async ({ signal }) => {
    await using opened = await open();
    const sequence = 'acgt'.repeat(20);
    await opened.index.write(toBatch(1, [{ pmid: 1, text: `The primer ${sequence}.` }]), { signal });

    const hits = await opened.index.search(toQuery(sequence, { mode: 'bm25' }), { signal });

    assert.deepEqual(pmidsOf(hits), [1]);
  });

  test('signs in a question are data, never operators or errors', async ({ signal }) => {
    await using opened = await open();
    await opened.index.write(toBatch(1, [HEART, LIVER]), { signal });
    const questions = [
      '"heart',
      'heart AND NOT liver',
      '+heart -rate',
      'content:heart*',
      'heart~9^2',
      "heart' OR 1=1 --",
    ];

    for (const text of [
      ...questions,
      '(heart',
      'heart\\',
      'heart\0',
      `heart ${'x'.repeat(5_000)}`,
      '{"match":heart}',
    ]) {
      const hits = await opened.index.search(toQuery(text, { mode: 'bm25' }), { signal });
      assert.ok(pmidsOf(hits).includes(1), text);
    }
    for (const text of ['', '???', '+ - * :', '\0']) {
      assert.deepEqual(await opened.index.search(toQuery(text, { mode: 'bm25' }), { signal }), [], text);
    }
  });

  test('a question of nothing but stop words finds the texts that hold them', async ({ signal }) => {
    await using opened = await open();
    await opened.index.write(toBatch(1, [{ pmid: 1, text: 'To be or not to be' }, LIVER]), { signal });

    const hits = await opened.index.search(toQuery('to be or not', { mode: 'bm25' }), { signal });

    assert.deepEqual(pmidsOf(hits), [1]);
  });
}
