import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bootstrapMean } from '../../src/evaluation/bootstrap.ts';
import { parseJudgements } from '../../src/evaluation/judgements.ts';
import { measure } from '../../src/evaluation/measures.ts';
import { compareRuns, listJudged, scoreRun } from '../../src/evaluation/score-runs.ts';

const RESAMPLING = { seed: 1, resamples: 10_000 };

function near(actual: number, expected: number, by = 5e-4): void {
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);
}

describe('a ranking is measured', () => {
  test('by grades, as trec_eval does', () => {
    // Worked by hand: gains 3, 0, 2 of best 3, 2, 1.
    const judged = new Map([
      ['a', 3],
      ['b', 2],
      ['c', 1],
      ['d', 0],
    ]);
    const { ndcg_at_10, mrr_at_10, recall_at_50 } = measure(['a', 'x', 'b', 'd'], judged);
    near(ndcg_at_10, (3 + 2 / 2) / (3 + 2 / Math.log2(3) + 1 / 2), 1e-12);
    assert.equal(mrr_at_10, 1);
    near(recall_at_50, 2 / 3, 1e-12);
  });

  test('the eleventh counts for recall alone, the fifty-first for nothing', () => {
    const others = Array.from({ length: 60 }, (_, at) => `x${at}`);
    const judged = new Map([['a', 1]]);
    assert.deepEqual(measure(others.with(10, 'a'), judged), { ndcg_at_10: 0, mrr_at_10: 0, recall_at_50: 1 });
    assert.deepEqual(measure(others.with(50, 'a'), judged), { ndcg_at_10: 0, mrr_at_10: 0, recall_at_50: 0 });
    near(measure(others.with(3, 'a'), judged).mrr_at_10, 0.25, 1e-12);
  });
});

describe('intervals', () => {
  test('are the same for the same seed, and nearly for another', () => {
    const values = Array.from({ length: 100 }, (_, at) => (at % 4 === 0 ? 1 : 0));
    const one = bootstrapMean(values, RESAMPLING);
    assert.deepEqual(bootstrapMean(values, RESAMPLING), one);
    const other = bootstrapMean(values, { ...RESAMPLING, seed: 2 });
    assert.equal(one.mean, 0.25);
    // The binomial's own: 0.25 ± 1.96 × √(0.25 × 0.75 / 100).
    for (const { low, high } of [one, other]) {
      near(low, 0.165, 0.011);
      near(high, 0.335, 0.011);
    }
  });

  test('of a difference are of the pairs: what always helps a little is told apart', () => {
    const questions = Array.from({ length: 20 }, (_, at) => ({ id: `${at}`, text: 'q' }));
    const judgements = parseJudgements(questions.map(({ id }) => `${id} 0 1 1`).join('\n'));
    const rank = (name: string, place: (at: number) => number) => ({
      name,
      rankings: new Map(
        questions.map(({ id }, at) => [id, [...Array.from({ length: place(at) }, (_, x) => `x${x}`), '1']]),
      ),
    });
    const better = rank('better', (at) => at % 8);
    const worse = rank('worse', (at) => (at % 8) + 1);
    const scoring = { judged: listJudged(questions, judgements), judgements, ...RESAMPLING };
    const { ndcg_at_10, run, than } = compareRuns({ run: better, than: worse }, scoring);
    assert.deepEqual([run, than], ['better', 'worse']);
    assert.ok(ndcg_at_10.low > 0, JSON.stringify(ndcg_at_10));
    const [one, two] = [scoreRun(better, scoring), scoreRun(worse, scoring)];
    near(ndcg_at_10.mean, one.ndcg_at_10.mean - two.ndcg_at_10.mean, 1e-12);
    assert.ok(one.ndcg_at_10.low < two.ndcg_at_10.high, 'unpaired intervals overlap');
  });
});

test('questions without a relevant document are left out, and ids that never meet are told', () => {
  const questions = [
    { id: '1', text: 'a' },
    { id: '2', text: 'b' },
    { id: '3', text: 'c' },
  ];
  assert.deepEqual(
    listJudged(questions, parseJudgements('1 0 5 0\n3 0 5 1\n9 0 5 1')).map(({ id }) => id),
    ['3'],
  );
  assert.throws(() => listJudged(questions, parseJudgements('q7 5 1')), /such as "1" here and "q7" there/);
});
