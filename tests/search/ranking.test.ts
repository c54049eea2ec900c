import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createPieceReader,
  type PassagesRequest,
  type ShownChunk,
  toPassages,
} from '../../src/search/passages.ts';
import { type RankedDocument, rankDocuments, toShown } from '../../src/search/ranking.ts';
import type { ChunkHit } from '../../src/search/search-index.ts';
import { ANALYZER, SECOND_ANALYZER } from '../../src/search/words/analyzer.ts';
import { toAskedWords, toReadings } from '../../src/search/words/asked-words.ts';
import { type Sample, toChunk } from './index-samples.ts';

interface Scores {
  bm25?: number | null;
  cosine?: number | null;
}

/** Raw cosines, half and half. */
const MIXING = { balance: 0.5, isCentred: true };
const WORDS = { mode: 'bm25', alpha: 0.5, mixing: MIXING, text: 'word', vector: null, best: 10 } as const;
const BOTH = { ...WORDS, mode: 'hybrid' } as const;

describe('ranking', () => {
  test('the share of the best possible match and the cosine make the hybrid score', () => {
    const hits = [hit(1, { bm25: 8, cosine: 0.2 }), hit(2, { bm25: 4, cosine: 0.9 })];

    assert.deepEqual(rows(rankDocuments(hits, BOTH)), [
      ['2', score(0.65), 0.4, 0.9],
      ['1', score(0.5), 0.8, 0.2],
    ]);
  });

  test('a score does not depend on the other hits', () => {
    const one = hit(1, { bm25: 3, cosine: 0.4 });
    const [alone] = rows(rankDocuments([one], BOTH));
    const beside = rows(rankDocuments([one, hit(2, { bm25: 9, cosine: 0.9 })], BOTH));
    assert.deepEqual(beside[1], alone);
  });

  test('alpha 0 is the order of words, alpha 1 that of vectors, 0.5 the balance of the embedder', () => {
    const hits = [hit(1, { bm25: 8, cosine: 0.2 }), hit(2, { bm25: 4, cosine: 0.6 })];
    const order = (alpha: number, mixing = MIXING) =>
      rankDocuments(hits, { ...BOTH, alpha, mixing })
        .map(({ facts }) => facts.pmid)
        .join(' ');

    assert.deepEqual([order(0), order(1)], ['1 2', '2 1']);
    assert.equal(order(0.5, { balance: 0.4, isCentred: true }), '1 2');
    assert.equal(order(0.5, { balance: 0.6, isCentred: true }), '2 1');
  });

  test('cosines of a sentence model go from the lowest of an answer to the highest', () => {
    const hits = [0.8, 0.9, 0.85].map((cosine, at) => hit(at + 1, { cosine }));
    const model = { balance: 0.8, isCentred: false };

    const ranked = rankDocuments(hits, { ...BOTH, mode: 'semantic', mixing: model });

    assert.deepEqual(
      ranked.map(({ vector }) => Math.round((vector ?? 0) * 10) / 10),
      [1, 0.5, 0],
    );
  });

  test('a hit that lacks a score counts as 0 of that kind and says null', () => {
    const hits = [hit(1, { bm25: 5, cosine: null }), hit(2, { bm25: null, cosine: 0.9 })];

    assert.deepEqual(rows(rankDocuments(hits, BOTH)), [
      ['2', score(0.45), null, 0.9],
      ['1', score(0.25), 0.5, null],
    ]);
  });

  test('a score lies between 0 and 1, whatever the hits', () => {
    const hits = [hit(1, { bm25: 50, cosine: 1 }), hit(2, { bm25: 0, cosine: -1 })];
    for (const mode of ['bm25', 'semantic', 'hybrid'] as const) {
      for (const best of [0, 10]) {
        const scores = rankDocuments(hits, { ...BOTH, mode, best }).map((document) => document.score);
        assert.ok(
          scores.every((value) => toShown(value) >= 0 && toShown(value) <= 1),
          `${mode} ${scores}`,
        );
      }
    }
    assert.deepEqual(rankDocuments([], BOTH), []);
  });

  test('neighbouring words of the question count where they are neighbours, stop words passed over', () => {
    const hits = ['failure of the heart', 'heart failure', 'heart failure; heart failure'].map((text, at) =>
      hit(at + 1, { bm25: 5 }, { text }),
    );

    const ranked = rows(rankDocuments(hits, { ...WORDS, text: 'the heart of failure' }));

    assert.deepEqual(ranked, [
      ['3', score(0.5 + 0.2 * (2 / 3)), 0.5, null],
      ['2', score(0.5 + 0.2 / 2), 0.5, null],
      ['1', score(0.5), 0.5, null],
    ]);
  });

  test('neighbours in an index of the second analyzer are read as it reads words, and as today', () => {
    const question = 'lung bacteria';
    const written = [SECOND_ANALYZER, ANALYZER].map((analyzer) =>
      toReadings(analyzer)
        .map((read) => question.split(' ').map(read).join(' '))
        .at(-1),
    );
    assert.notEqual(written[0], written[1], 'the two read it otherwise');
    const hits = written.map((words, at) => ({ ...hit(at + 1, { bm25: 5 }), words: words ?? '' }));

    const asked = { ...WORDS, text: question };
    const scores = (analyzer: number) =>
      rows(rankDocuments(hits, { ...asked, analyzer })).map((row) => row[1]);

    const both = score(0.5 + 0.2 / 2);
    assert.deepEqual(scores(SECOND_ANALYZER), [both, both]);
    assert.deepEqual(scores(ANALYZER), [both, score(0.5)]);
  });

  test('the two best passages move the question towards what they speak of', () => {
    const question = Float32Array.of(1, 0);
    const about = (pmid: number, bm25: number, ...vector: [number, number]) => {
      return { ...hit(pmid, { bm25, cosine: vector[0] }), vector: Float32Array.from(vector) };
    };
    const hits = [
      about(1, 9, 0.8, 0.6),
      about(2, 8, 0.8, 0.6),
      about(3, 1, 0.6, 0.8),
      about(4, 1, 0.62, -0.785),
    ];

    const order = (given: typeof hits, vector: Float32Array | null) =>
      rankDocuments(given, { ...BOTH, vector }).map(({ facts }) => facts.pmid);

    assert.deepEqual(order(hits, null), ['1', '2', '4', '3']);
    assert.deepEqual(order(hits, question), ['1', '2', '3', '4']);
    assert.deepEqual(order(hits.toReversed(), question), ['1', '2', '3', '4']);
  });

  test('a document stands where its best chunk stands, and keeps all of its chunks best first', () => {
    const hits = [
      hit(1, { bm25: 2 }, { position: 0 }),
      hit(2, { bm25: 3 }),
      hit(1, { bm25: 4 }, { position: 1 }),
    ];

    const ranked = rankDocuments(hits, WORDS);

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
      assert.deepEqual(
        rows(rankDocuments(given, WORDS)).map(([pmid]) => pmid),
        ['5', '9', '7', '10'],
      );
    }
  });
});

/** Beside what neighbouring words would add. */
function score(mixed: number): number {
  return Math.round((mixed / 1.2) * 1e6) / 1e6;
}

/** Of a passage with a BM25 of 6. */
const SCORE = 0.6 / 1.2;

describe('passages', () => {
  test('the section that holds the words comes first, with its label', () => {
    const text = 'We asked about sleep.\n\nMelatonin shortened latency.\n\nFunding by none.';
    const sections = [
      { label: 'AIMS', start: 0 },
      { label: 'RESULTS', start: 23 },
      { label: null, start: 53 },
    ];
    const sample = { text, sections, section: 'AIMS' };
    const [document] = rankDocuments([hit(1, { bm25: 6 }, sample)], WORDS);

    const passages = toPassages(
      withPassage(document, sample),
      toRequest('does melatonin shorten the latency?', 2),
    );

    assert.deepEqual(passages, [
      { section: 'RESULTS', text: 'Melatonin shortened latency.', score: SCORE * 0.875 },
      { section: 'AIMS', text: 'We asked about sleep.', score: SCORE * 0.5 },
    ]);
  });

  test('an unstructured chunk is one passage without a section', () => {
    const [document] = rankDocuments([hit(1, { bm25: 6 }, { text: 'Tea helps.' })], WORDS);

    assert.deepEqual(toPassages(withPassage(document, { text: 'Tea helps.' }), toRequest('tea', 3)), [
      { section: null, text: 'Tea helps.', score: SCORE },
    ]);
  });
});

function hit(pmid: number, { bm25 = null, cosine = null }: Scores, sample: Partial<Sample> = {}): ChunkHit {
  return { ...toChunk({ text: '', ...sample, pmid }), vector: null, bm25, cosine };
}

function toRequest(question: string, most: number): PassagesRequest {
  return { asked: toAskedWords(question), readPiece: createPieceReader(), most };
}

function withPassage(document: RankedDocument | undefined, sample: Omit<Sample, 'pmid'>): ShownChunk[] {
  const { text, section, sections } = toChunk({ ...sample, pmid: 1 });
  const shown = { text, section, sections, journal: null, publicationTypes: [] };
  return (document?.chunks ?? []).map((chunk) => ({ ...chunk, shown }));
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
