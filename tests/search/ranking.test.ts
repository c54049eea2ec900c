import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ShownChunk, toPassages } from '../../src/search/passages.ts';
import { type RankedDocument, rankDocuments } from '../../src/search/ranking.ts';
import type { ChunkHit } from '../../src/search/search-index.ts';
import { toQueryWords } from '../../src/search/words/query-words.ts';
import { type Sample, toChunk } from './index-samples.ts';

interface Scores {
  bm25?: number | null;
  cosine?: number | null;
}

describe('ranking', () => {
  test('half of the words and half of the vector make the hybrid score', () => {
    const hits = [
      hit(1, { bm25: 8, cosine: 0.2 }),
      hit(2, { bm25: 4, cosine: 0.6 }),
      hit(3, { bm25: 2, cosine: 0.4 }),
    ];

    const ranked = rankDocuments(hits, { mode: 'hybrid', alpha: 0.5 });

    assert.deepEqual(rows(ranked), [
      ['2', 0.75, 0.5, 1],
      ['1', 0.5, 1, 0],
      ['3', 0.375, 0.25, 0.5],
    ]);
  });

  test('alpha 0 is the order of words, alpha 1 that of vectors', () => {
    const hits = [hit(1, { bm25: 8, cosine: 0.2 }), hit(2, { bm25: 4, cosine: 0.6 })];

    assert.deepEqual(
      rows(rankDocuments(hits, { mode: 'hybrid', alpha: 0 })).map(([pmid]) => pmid),
      ['1', '2'],
    );
    assert.deepEqual(
      rows(rankDocuments(hits, { mode: 'hybrid', alpha: 1 })).map(([pmid]) => pmid),
      ['2', '1'],
    );
  });

  test('a hit that lacks a score counts as the lowest of that kind and says null', () => {
    const hits = [
      hit(1, { bm25: 5, cosine: null }),
      hit(2, { bm25: null, cosine: 0.9 }),
      hit(3, { bm25: 1, cosine: 0.1 }),
    ];

    assert.deepEqual(rows(rankDocuments(hits, { mode: 'hybrid', alpha: 0.25 })), [
      ['1', 0.75, 1, null],
      ['2', 0.25, null, 1],
      ['3', 0.15, 0.2, 0],
    ]);
  });

  test('the only candidate has the highest score of its kind', () => {
    assert.deepEqual(rows(rankDocuments([hit(1, { bm25: 5 })], { mode: 'bm25', alpha: 0.5 })), [
      ['1', 1, 1, null],
    ]);
    assert.deepEqual(rows(rankDocuments([hit(1, { cosine: -0.5 })], { mode: 'semantic', alpha: 0 })), [
      ['1', 1, null, 1],
    ]);
    assert.deepEqual(rankDocuments([], { mode: 'hybrid', alpha: 0.5 }), []);
  });

  test('a document stands where its best chunk stands, and keeps all of its chunks best first', () => {
    const hits = [
      hit(1, { bm25: 2 }, { position: 0 }),
      hit(2, { bm25: 3 }),
      hit(1, { bm25: 4 }, { position: 1 }),
    ];

    const ranked = rankDocuments(hits, { mode: 'bm25', alpha: 0.5 });

    assert.deepEqual(
      rows(ranked).map(([pmid]) => pmid),
      ['1', '2'],
    );
    assert.deepEqual(
      ranked[0]?.chunks.map(({ hit: { position } }) => position),
      [1, 0],
    );
  });

  test('ties go to the later year, then to the higher PMID, whatever the order of the hits', () => {
    const hits = [
      hit(7, { bm25: 1 }, { facts: { year: 2001 } }),
      hit(9, { bm25: 1 }, { facts: { year: 2001 } }),
      hit(5, { bm25: 1 }, { facts: { year: 2020 } }),
      hit(10, { bm25: 1 }),
    ];

    for (const given of [hits, hits.toReversed()]) {
      const ranked = rankDocuments(given, { mode: 'bm25', alpha: 0.5 });
      assert.deepEqual(
        rows(ranked).map(([pmid]) => pmid),
        ['5', '9', '7', '10'],
      );
    }
  });
});

describe('passages', () => {
  test('the section that holds the words comes first, with its label', () => {
    const text = 'We asked about sleep.\n\nMelatonin shortened latency.\n\nFunding by none.';
    const sections = [
      { label: 'AIMS', start: 0 },
      { label: 'RESULTS', start: 23 },
      { label: null, start: 53 },
    ];
    const [document] = rankDocuments([hit(1, { bm25: 1 }, { text, sections, section: 'AIMS' })], {
      mode: 'bm25',
      alpha: 0,
    });

    const passages = toPassages(withTexts(document), 'does melatonin shorten the latency?', 2);

    assert.deepEqual(passages, [
      { section: 'RESULTS', text: 'Melatonin shortened latency.', score: 0.875 },
      { section: 'AIMS', text: 'We asked about sleep.', score: 0.5 },
    ]);
  });

  test('an unstructured chunk is one passage without a section', () => {
    const [document] = rankDocuments([hit(1, { bm25: 1 }, { text: 'Tea helps.' })], {
      mode: 'bm25',
      alpha: 0,
    });

    assert.deepEqual(toPassages(withTexts(document), 'tea', 3), [
      { section: null, text: 'Tea helps.', score: 1 },
    ]);
  });
});

describe('words of a question', () => {
  test('stop words go, unless nothing else is there or capitals make them a name', () => {
    assert.deepEqual(toQueryWords('What is the effect of tea?'), ['What', 'effect', 'tea']);
    assert.deepEqual(toQueryWords('to be or not to be'), ['to', 'be', 'or', 'not', 'to', 'be']);
    assert.deepEqual(toQueryWords('WHO and IT guidelines'), ['WHO', 'IT', 'guidelines']);
    assert.deepEqual(toQueryWords('EFFECT OF TEA'), ['EFFECT', 'TEA']);
    assert.deepEqual(toQueryWords(' ?! '), []);
  });

  test('a Greek letter is asked for by its name too, and the other way round', () => {
    assert.deepEqual(toQueryWords('TNF-alpha β2'), ['TNF', 'alpha', 'α', 'β2']);
    assert.deepEqual(toQueryWords('IFN-γ'), ['IFN', 'γ', 'gamma']);
  });
});

function hit(pmid: number, { bm25 = null, cosine = null }: Scores, sample: Partial<Sample> = {}): ChunkHit {
  return { ...toChunk({ text: '', ...sample, pmid }), bm25, cosine };
}

function withTexts(document: RankedDocument | undefined): ShownChunk[] {
  return (document?.chunks ?? []).map((chunk) => ({ ...chunk, text: chunk.hit.text ?? '' }));
}

function rows(ranked: ReturnType<typeof rankDocuments>) {
  return ranked.map(({ facts, score, bm25, vector }) => [
    facts.pmid,
    round(score),
    round(bm25),
    round(vector),
  ]);
}

function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}
