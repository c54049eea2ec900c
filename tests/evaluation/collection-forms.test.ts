import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseJudgements } from '../../src/evaluation/judgements.ts';
import { parseQuestions } from '../../src/evaluation/questions.ts';
import { parseRuns, toRunLines } from '../../src/evaluation/trec-run.ts';

const BOTH = [
  { id: '1', text: 'electron microscopy of lung' },
  { id: '2', text: 'neoplasm immunology' },
];

describe('the questions of a collection are read', () => {
  const forms: Record<string, string> = {
    'of BEIR':
      '{"_id": "1", "text": "electron microscopy of lung"}\n{"_id": 2, "text": "neoplasm immunology", "metadata": {}}\n',
    'of SMART': '.I 001\n.W\n electron microscopy\nof lung\n.I 2\n.W\nneoplasm immunology\n',
    'of TREC, in SGML that nobody closes':
      '<top>\n<num> Number: 1\n<title> electron microscopy of lung\n\n<desc> Description:\nWhat is seen?\n</top>\n' +
      '<top>\n<num> Number: 2\n<title> neoplasm immunology\n<narr> Narrative:\nNot plants.\n</top>\n',
    'of TREC, in XML':
      '<topics><topic number="1"><question>Long?</question><query>electron microscopy of lung</query></topic>' +
      '<topic number="2"><query>neoplasm immunology</query></topic></topics>',
    'of a line each': 'id\ttext\n1\telectron microscopy of lung\r\n2\tneoplasm immunology\n',
  };
  for (const [form, text] of Object.entries(forms)) {
    test(form, () => assert.deepEqual(parseQuestions(`\uFEFF${text}`), BOTH));
  }

  test('by the part of a topic that is asked for, or by all of one without a title', () => {
    const topic =
      '<topic number="7"><disease>Melanoma &amp; naevi</disease> <gene>BRAF (V600E)</gene></topic>';
    assert.equal(parseQuestions(topic)[0]?.text, 'Melanoma & naevi BRAF (V600E)');
    assert.equal(parseQuestions(topic, { field: 'gene' })[0]?.text, 'BRAF (V600E)');
    assert.throws(
      () => parseQuestions(topic, { field: 'title' }),
      /topic 7 has no title; it has disease, gene/,
    );
  });

  test('or refused by the line', () => {
    assert.throws(
      () => parseQuestions('{"_id": "1", "text": "a b"}\n{"_id"'),
      /Line 2 of the queries is no JSON/,
    );
    assert.throws(() => parseQuestions('{"text": "a b"}'), /Line 1 of the queries lacks "_id"/);
    assert.throws(() => parseQuestions('1 a question'), /Line 1 of the queries cannot be read/);
    assert.throws(() => parseQuestions('.I 1\n.W\n.I 2\n.W\nwords'), /question 1 has no words/);
    assert.throws(() => parseQuestions('1\ta\n01\tb'), /question 1 twice/);
  });
});

describe('judgements are read', () => {
  test('of the first question, whatever it is called', () => {
    assert.deepEqual([...parseJudgements('query1 0 13 2\nquery2 0 14 1\n').keys()], ['query1', 'query2']);
  });

  const forms: Record<string, string> = {
    'of TREC': '1 0 13 2\n1 0 14 -1\n2\t0\t15\t1\n',
    'of BEIR': 'query-id\tcorpus-id\tscore\n1\t13\t2\n1\t14\t0\n2\t15\t1\n',
    'of BEIR without the head': '1 13 2\n1 14 0\n2 15 1',
  };
  for (const [form, text] of Object.entries(forms)) {
    test(form, () => {
      const read = parseJudgements(text);
      assert.deepEqual(
        [...(read.get('1') ?? [])],
        [
          ['13', 2],
          ['14', 0],
        ],
      );
      assert.deepEqual([...(read.get('2') ?? [])], [['15', 1]]);
    });
  }

  test('of SMART, whose last columns are no grade', () => {
    assert.deepEqual(
      [...(parseJudgements('1   13   0   0.000000\n1 14 0 0.0\n').get('1') ?? [])],
      [
        ['13', 1],
        ['14', 1],
      ],
    );
    assert.deepEqual([...(parseJudgements('01 13\n').get('1') ?? [])], [['13', 1]]);
  });

  test('or refused by the line', () => {
    assert.throws(() => parseJudgements('1 0 13 1\n1 0 14 yes\n'), /Line 2 of the judgements cannot be read/);
    assert.throws(() => parseJudgements('1\n'), /Line 1/);
  });
});

test('a run is written and read again, and one of another program by its scores', () => {
  const runs = [
    {
      name: 'bm25',
      rankings: new Map([
        ['1', ['13', '14']],
        ['2', ['15']],
      ]),
    },
    { name: 'hybrid', rankings: new Map([['1', ['14', '13']]]) },
  ];
  assert.deepEqual(parseRuns(toRunLines(runs)), runs);
  assert.deepEqual(parseRuns('1 Q0 13 2 0.5 lucene\n1 Q0 14 1 0.9 lucene\n'), [
    { name: 'lucene', rankings: new Map([['1', ['14', '13']]]) },
  ]);
  assert.throws(() => parseRuns('1 13 0.5'), /Line 1 of the run/);
});
