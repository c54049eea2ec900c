import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Closeness, isThinMatch, keepClose } from '../../src/search/floor.ts';
import { rankDocuments } from '../../src/search/ranking.ts';
import type { ChunkHit, SearchMode } from '../../src/search/search-index.ts';
import { tellFloor } from '../../src/search/tell-floor.ts';
import { ANALYZER, SECOND_ANALYZER } from '../../src/search/words/analyzer.ts';
import { toChunk } from './index-samples.ts';

const CENTRED = { balance: 0.3, isCentred: true };
const MODEL = { balance: 0.8, isCentred: false };

describe('the floor', () => {
  test('nothing answers where the best stays below, and a far document is no part of an answer', () => {
    assert.deepEqual(keep('hybrid', [0.19, 0.15, 0.1]), []);
    assert.deepEqual(keep('hybrid', [0.2, 0.1, 0.08]), [0.2, 0.1]);
    assert.deepEqual(keep('bm25', [0.11, 0.1]), []);
    assert.deepEqual(keep('bm25', [0.3, 0.06, 0.04]), [0.3, 0.06]);
    assert.deepEqual(keep('semantic', [0.21]), []);
    assert.deepEqual(keep('semantic', [0.3, 0.21, 0.19]), [0.3, 0.21]);
  });

  test('words that no stored text holds raise it, from a fifth of the question on', () => {
    assert.deepEqual(keep('hybrid', [0.21], 0.19), [0.21]);
    assert.deepEqual(keep('hybrid', [0.24, 0.2], 0.2), []);
    assert.deepEqual(keep('hybrid', [0.29, 0.2], 1 / 3), [0.29, 0.2]);
    assert.deepEqual(keep('hybrid', [0.27, 0.2], 1 / 3), []);
    assert.deepEqual(keep('bm25', [0.16], 0.2), []);
    assert.deepEqual(keep('hybrid', ['named', 0.2], 0.5), ['named']);
  });

  test('of some of the papers those are kept that would be among all: the best may stand beside them', () => {
    const held = { mode: 'hybrid', isSmall: false, knowsWord: true, unheld: 0 } as const;
    const some = [toDocument(0.15), toDocument(0.08)];
    assert.deepEqual(keepClose(some, held), []);
    assert.deepEqual(keepClose(some, { ...held, beside: [toDocument(0.2)] }), some.slice(0, 1));
    assert.deepEqual(keepClose(some, { ...held, beside: [toDocument(0.19)] }), []);
  });

  test('what the question names stays, and so does what only a model can judge', () => {
    assert.deepEqual(keep('hybrid', ['named', 0.1]), ['named']);
    assert.deepEqual(keep('hybrid', [null, null]), [null, null]);
  });

  test('in a small corpus one known word is enough, and none is not', () => {
    const small = { mode: 'hybrid', isSmall: true } as const;
    assert.equal(keepClose([toDocument(0.05)], { ...small, knowsWord: true, unheld: 0.9 }).length, 1);
    assert.equal(keepClose([toDocument(0.05)], { ...small, knowsWord: false, unheld: 1 }).length, 0);
  });

  test('closeness is that of the best passage, whatever alpha and the other passages', () => {
    const hits = [hit(1, { bm25: 2, cosine: 0.5 }), hit(2, { bm25: 5, cosine: 0.1 })];
    const closenesses = [0, 0.5, 1].map((alpha) => rank(hits, { alpha, mode: 'hybrid', mixing: CENTRED }));
    for (const closeness of closenesses) {
      assert.deepEqual(closeness, [
        { whole: 0.29, words: 0.2, meaning: 0.5 },
        { whole: 0.38, words: 0.5, meaning: 0.1 },
      ]);
    }
    assert.deepEqual(rank(hits, { alpha: 0.5, mode: 'bm25', mixing: MODEL })[1], {
      ...{ whole: 0.5, words: 0.5, meaning: null },
    });
    assert.deepEqual(rank(hits, { alpha: 0.5, mode: 'hybrid', mixing: MODEL })[1], {
      ...{ whole: null, words: 0.5, meaning: null },
    });
  });

  test('a thin match is one of few words, or of words without their meaning', () => {
    const isThin = (...given: Parameters<typeof toDocument>) => isThinMatch([toDocument(...given)], 'hybrid');
    assert.equal(isThin(0.24, { meaning: 0.6 }), true);
    assert.equal(isThin(0.26, { meaning: 0.6 }), false);
    assert.equal(isThin(0.45, { meaning: 0.2 }), true);
    assert.equal(isThin(0.7, { meaning: 0.2 }), false);
    assert.equal(isThin('named'), false);
    assert.equal(isThin(null, { words: 0.1 }), true);
    assert.equal(isThin(null, { words: 0.3 }), false);
    assert.equal(isThinMatch([], 'hybrid'), false);
  });

  test('a word that stands there as an earlier analyzer reads it is not said to be lacking', () => {
    const [found] = rankDocuments([{ ...hit(1, {}), words: 'mice liver' }], {
      ...{ ...REQUEST, mode: 'bm25', alpha: 0.5, mixing: CENTRED },
    });
    assert.ok(found);
    const tell = (analyzer: number) =>
      tellFloor(
        { shown: [found], isTooFar: false, isThin: true },
        { ...{ query: '', text: 'mice tea', isNarrowed: false, unknown: [], isForeign: true }, analyzer },
      ).join();
    assert.match(tell(SECOND_ANALYZER), /speaks of "tea"\./);
    assert.match(tell(ANALYZER), /speaks of "mice", "tea"\./);
  });
});

/** The closeness of each as a whole. */
function keep(mode: SearchMode, documents: readonly (number | 'named' | null)[], unheld = 0) {
  const kept = keepClose(
    documents.map((whole) => toDocument(whole)),
    { mode, knowsWord: true, unheld, isSmall: false },
  );
  return kept.map(({ closeness }) => (closeness === null ? 'named' : closeness.whole));
}

function toDocument(whole: number | 'named' | null, rest: Partial<Closeness> = {}) {
  const [first] = rankDocuments([hit(1, {})], { ...REQUEST, mode: 'bm25', alpha: 0.5, mixing: CENTRED });
  assert.ok(first);
  return { ...first, closeness: whole === 'named' ? null : { words: 0, meaning: null, ...rest, whole } };
}

const REQUEST = { text: 'word', vector: null, best: 10 };

function rank(
  hits: readonly ChunkHit[],
  rest: Pick<Parameters<typeof rankDocuments>[1], 'mode' | 'alpha' | 'mixing'>,
) {
  const ranked = rankDocuments(hits, { ...REQUEST, ...rest });
  const sorted = ranked.toSorted((a, b) => Number(a.facts.pmid) - Number(b.facts.pmid));
  const round = (value: number | null) => (value === null ? null : Math.round(value * 1e6) / 1e6);
  return sorted.map(({ closeness }) => {
    assert.ok(closeness);
    return { whole: round(closeness.whole), words: closeness.words, meaning: closeness.meaning };
  });
}

function hit(pmid: number, { bm25, cosine }: { bm25?: number; cosine?: number }): ChunkHit {
  return { ...toChunk({ pmid, text: 'word' }), vector: null, bm25: bm25 ?? null, cosine: cosine ?? null };
}
