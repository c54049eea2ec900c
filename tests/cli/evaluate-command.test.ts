import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Evaluation } from '../../src/cli/evaluate.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const TOPICS: [string, string][] = [
  ['aspirin', 'Aspirin prevents colorectal adenoma.'],
  ['statins', 'Statins lower serum cholesterol.'],
  ['malaria', 'Artemisinin cures malaria in children.'],
];

describe('bio-mcp evaluate', () => {
  let home: TestHome;
  let queries: string;
  let judgements: string;
  const run = (...args: string[]) => runCommand(args, home);
  const evaluate = (...more: string[]) => run('evaluate', '-q', queries, '-j', judgements, ...more);
  before(async () => {
    home = await makeTestHome();
    const records = TOPICS.map(([, abstract], at) =>
      articleXml({ pmid: 11 + at, title: `Paper ${at}.`, abstract }),
    );
    const { code, stderr } = await run('load', await home.write('all.xml', setXml(...records)));
    assert.equal(code, 0, stderr);
    queries = await home.write(
      'q.jsonl',
      TOPICS.map(([text], at) => JSON.stringify({ _id: `${at}`, text })).join('\n'),
    );
    // The corpus lacks 999; the last question has no judgement.
    judgements = await home.write(
      'qrels.tsv',
      'query-id\tcorpus-id\tscore\n0\t11\t2\n0\tpmid:999\t1\n1\t12\t1\n1\t13\t0\n',
    );
  });
  after(() => home[Symbol.asyncDispose]());

  test('measures each mode over the judged questions, with intervals that a seed repeats', async () => {
    const { code, stdout, stderr } = await evaluate('--json', '--seed', '5');
    assert.equal(code, 0, stderr);
    const { results, ...told } = JSON.parse(stdout) as Evaluation;
    assert.deepEqual(told, {
      questions: 3,
      judged_questions: 2,
      relevant: 3,
      relevant_not_held: 1,
      seed: 5,
      resamples: 10_000,
      differences: [],
      warnings: [],
    });
    assert.deepEqual(
      results.map((one) => one.run),
      ['bm25', 'semantic', 'hybrid'],
    );
    for (const { mrr_at_10, recall_at_50, ndcg_at_10 } of results) {
      assert.deepEqual(mrr_at_10, { mean: 1, low: 1, high: 1 });
      assert.deepEqual(recall_at_50, { mean: 0.75, low: 0.5, high: 1 });
      assert.ok(ndcg_at_10.low > 0.7 && ndcg_at_10.high === 1, JSON.stringify(ndcg_at_10));
    }
    assert.equal((await evaluate('--json', '--seed', '5')).stdout, stdout);
  });

  test('shows a table, and says what the corpus does not hold', async () => {
    const { stdout } = await evaluate('-m', 'bm25');
    assert.match(stdout, /^2 of 3 questions are judged, with 3 relevant documents/);
    assert.match(stdout, /^mode +nDCG@10 +MRR@10 +recall@50$/m);
    assert.match(
      stdout,
      /^bm25 +0\.\d{3} \[0\.\d{3}, 1\.000\] +1\.000 \[1\.000, 1\.000\] +0\.750 \[0\.500, 1\.000\]$/m,
    );
    assert.match(stdout, /does not hold 1 of the relevant documents/);
  });

  test('puts two checkpoints side by side', async () => {
    const made = await run('checkpoint', 'create', 'before', '--json');
    const { checkpoint_id } = JSON.parse(made.stdout) as { checkpoint_id: string };
    const corrected = articleXml({ pmid: 12, title: 'Paper 1.', abstract: 'Nothing about that.' });
    assert.equal((await run('load', await home.write('later.xml', setXml(corrected)))).code, 0);
    const [now, then] = ['{}', JSON.stringify({ checkpoint_id })];
    const { stdout, stderr, code } = await evaluate('-m', 'bm25', '-p', now, '--against', then, '--json');
    assert.equal(code, 0, stderr);
    const { differences, results } = JSON.parse(stdout) as Evaluation;
    assert.deepEqual(
      results.map((one) => [one.run, one.mrr_at_10.mean]),
      [
        ['bm25', 0.5],
        ['bm25 against', 1],
      ],
    );
    assert.deepEqual(
      differences.map(({ run: ours, than, mrr_at_10 }) => [ours, than, mrr_at_10]),
      [['bm25', 'bm25 against', { mean: -0.5, low: -1, high: 0 }]],
    );
    const saved = await home.write('saved.run', '');
    assert.equal((await evaluate('-m', 'bm25', '-p', then, '--save-run', saved)).code, 0);
    assert.match(await readFile(saved, 'utf8'), /^0 Q0 11 1 1 bm25\n1 Q0 12 1 1 bm25\n$/);
    const shown = (await evaluate('-m', 'bm25', '--against-run', saved)).stdout;
    assert.match(shown, /^bm25 − bm25 saved .* −0\.500 \[−1\.000, \+0\.000\]/m);
  });

  test('says what it cannot use, in one sentence', async () => {
    const cases: [words: string[], says: RegExp][] = [
      [['-q', '/nowhere/q', '-j', judgements], /The file \/nowhere\/q cannot be read \(ENOENT\)/],
      [
        ['-q', queries, '-j', await home.write('odd.tsv', '0 MED-10 1')],
        /document "MED-10", which is no PMID/,
      ],
      [['-q', queries, '-j', await home.write('far.tsv', 'x1 11 1')], /None of the 3 questions/],
    ];
    for (const [words, says] of cases) {
      const { code, stdout, stderr } = await run('evaluate', ...words);
      assert.deepEqual([code, stdout], [1, ''], stderr);
      assert.match(stderr, says);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
    assert.equal((await run('evaluate', '-q', queries)).code, 2);
    const misused: [words: string[], says: RegExp][] = [
      [['--resamples', '0'], /It must be a whole number/],
      [['--seed', '0.5'], /It must be a whole number/],
      [['-p', '{"alfa": 1}'], /'-p, --params <json>'.* Unknown parameter `alfa`;/],
      [['--against', '{"alpha": 2}'], /'--against <json>'.* `alpha` must be at most 1\./],
    ];
    for (const [words, says] of misused) {
      const { code, stderr } = await run('evaluate', '-q', queries, '-j', judgements, ...words);
      assert.equal(code, 2);
      assert.match(stderr, says);
    }
  });
});
