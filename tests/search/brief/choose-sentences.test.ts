import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Abstract } from '../../../src/domain/document/document.ts';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import {
  MOST_SENTENCE_CHARACTERS,
  toAbstractSentences,
} from '../../../src/search/brief/abstract-sentences.ts';
import { BRIEF, chooseSentences } from '../../../src/search/brief/choose-sentences.ts';
import { createSentenceSearch } from '../../../src/search/brief/sentence-search.ts';
import { openSeededRandom } from '../../support/seeded-random.ts';
import { countTurns } from '../../support/time/count-turns.ts';

const labelled = (
  ...sections: [label: string | null, category: string | null, text: string][]
): Abstract => ({
  text: sections.map(([label, , text]) => (label === null ? text : `${label}: ${text}`)).join('\n\n'),
  sections: sections.map(([label, category, text]) => ({ label, category, text })),
});
const plain = (text: string): Abstract => ({ text, sections: [{ label: null, category: null, text }] });

const search = createSentenceSearch({ embedder: createStaticEmbedder() });
const options = { signal: new AbortController().signal };
const choose = async (query: string, abstract: Abstract) =>
  (await search({ query, abstracts: [abstract] }, options))[0] ?? [];

const FALLS = labelled(
  ['AIM', 'OBJECTIVE', 'To determine whether balance games lower the risk of falls in older people.'],
  [
    'METHODS',
    'METHODS',
    'We randomised 120 people over 70 to games or to usual care. Falls were counted for a year.',
  ],
  [
    'RESULTS',
    'RESULTS',
    'Falls were 31 % rarer with balance games (P < 0.01). Sleep was the same in both groups.',
  ],
  ['FUNDING', null, 'The ministry of sport paid for the chairs.'],
  ['CONCLUSION', 'CONCLUSIONS', 'Balance games lower the risk of falls in older people.'],
);

describe('the sentences of an abstract that answer', () => {
  test('are results and conclusions before the aim that repeats the question', async () => {
    const chosen = await choose('balance games and the risk of falls in older people', FALLS);
    const sections = chosen.map(({ section }) => section);
    assert.deepEqual(
      sections.filter((one) => one === 'RESULTS' || one === 'CONCLUSION').length,
      2,
      sections.join(),
    );
    assert.ok(!sections.includes('FUNDING'));
    assert.ok(chosen.every(({ score }) => score >= 0 && score <= 1));
  });

  test('lean the same way in an abstract without labels', async () => {
    const one = plain(
      'Our aim was to determine whether statins lower mortality after stroke. Statins were given to 900 patients. ' +
        `${'The ward was painted in another colour before the trial began and again when it was over. '.repeat(4)}` +
        'Statins lowered mortality after stroke by a fifth.',
    );
    const chosen = await choose('do statins lower mortality after stroke?', one);
    assert.ok(chosen.some(({ text }) => text.includes('by a fifth')));
  });

  test('are chosen by their words where the question has no vector', async () => {
    const one = plain(
      'Nothing of note was seen. The variant qqzxv was lost. Nobody asked why. It ended there. All left.',
    );
    const blind = createSentenceSearch({
      embedder: { id: 'blind', dimensions: 2, embed: async (texts) => new Float32Array(2 * texts.length) },
    });
    const [chosen = []] = await blind({ query: 'qqzxv', abstracts: [one] }, options);
    assert.ok(chosen.some(({ text }) => text.includes('qqzxv')));
  });

  test('come in reading order, and neighbours as one stretch', async () => {
    const chosen = await choose('falls', FALLS);
    assert.deepEqual(
      chosen.map(({ start }) => start),
      chosen.map(({ start }) => start).sort((a, b) => a - b),
    );
    const text = 'First here.\u00a0Second here.  Third here.';
    const scored = toAbstractSentences(plain(text)).map((sentence) => ({ ...sentence, score: 0.5 }));
    assert.deepEqual(
      chooseSentences(text, scored).map((one) => one.text),
      ['First here.\u00a0Second here.', 'Third here.'],
    );
  });

  test('are none where the abstract only says that there is none, and where there is no text', async () => {
    assert.deepEqual(await choose('falls', plain('Abstract available from the publisher.')), []);
    assert.deepEqual(await search({ query: 'falls', abstracts: [] }, options), []);
    assert.deepEqual(await choose('falls', { text: '', sections: [] }), []);
  });

  test('let other work run between two abstracts, and are those of each by itself', async () => {
    const abstracts = Array.from({ length: 6 }, (_, at) => plain(`Falls came ${at} times. Sleep was good.`));
    const one = await Promise.all(abstracts.map((abstract) => choose('falls', abstract)));
    let together: unknown;
    const turns = await countTurns(async () => {
      together = await search({ query: 'falls', abstracts }, options);
    });
    assert.deepEqual(together, one);
    assert.ok(turns >= abstracts.length - 1, `${turns} turns`);
  });

  test('are those of the topic, whatever else the question says', async () => {
    const asthma = plain('Asthma was rarer in the treated. The mice were kept in pairs. Coughing went on.');
    const chosen = await choose('asthma', asthma);
    assert.equal(chosen[0]?.text, 'Asthma was rarer in the treated.');
    for (const query of ['asthma -mice', 'asthma NOT "kept in pairs"', 'PMID: 30094717 asthma', '"asthma"']) {
      assert.deepEqual(await choose(query, asthma), chosen, query);
    }
  });

  test('are not filled up with what says little', async () => {
    const text = 'Statins lowered mortality after stroke. Chairs were paid for.';
    const [best, other] = toAbstractSentences(plain(text));
    assert.ok(best !== undefined && other !== undefined);
    const choose = (share: number) =>
      chooseSentences(text, [
        { ...best, score: 0.5 },
        { ...other, score: 0.5 * share },
      ]);
    assert.deepEqual(
      choose(BRIEF.leastShare - 0.01).map((one) => one.text),
      [best.text],
    );
    assert.deepEqual(
      choose(BRIEF.leastShare).map((one) => one.text),
      [text],
    );
  });

  test('one without a stop is cut between words, and never inside a character', () => {
    const long = plain(`${'word '.repeat(400)}end`);
    const pieces = toAbstractSentences(long);
    assert.ok(pieces.length > 3);
    for (const { text, start, end } of pieces) {
      assert.equal(long.text.slice(start, end), text);
      assert.ok(text.length <= MOST_SENTENCE_CHARACTERS && !/^\s|\s$/.test(text));
    }
    const signs = plain('\u{1f9ec}'.repeat(700));
    assert.equal(
      toAbstractSentences(signs)
        .map(({ text }) => text)
        .join(''),
      signs.text,
    );
    assert.ok(toAbstractSentences(signs).every(({ text }) => text.isWellFormed()));
  });

  test('keep to their room and their place, whatever the abstract is made of', async (t) => {
    const random = openSeededRandom(t);
    const pick = (count: number) => Math.floor(random() * count);
    const words = [
      'Falls',
      'p < 0.05.',
      'E. coli',
      'risk',
      '\u00a0',
      '\n',
      'et al.',
      'ended.',
      '(n = 5)',
      '。',
      '  ',
    ];
    for (let round = 0; round < 40; round++) {
      const sections = Array.from({ length: 1 + pick(5) }, (): [string | null, string | null, string] => [
        [null, 'RESULTS', 'UNLABELLED', 'AIM'][pick(4)] ?? null,
        [null, 'RESULTS', 'OBJECTIVE'][pick(3)] ?? null,
        Array.from({ length: pick(200) }, () => words[pick(words.length)]).join(pick(2) === 0 ? ' ' : ''),
      ]);
      const abstract = labelled(...sections);
      const chosen = await choose('risk of falls', abstract);
      for (const { text, start, end } of chosen) assert.equal(abstract.text.slice(start, end), text);
      const length = chosen.reduce((sum, { text }) => sum + text.length, 0);
      assert.ok(length <= BRIEF.characters && chosen.length <= BRIEF.sentences, `${length} characters`);
      assert.ok(chosen.every(({ section }) => section !== 'UNLABELLED'));
    }
  });
});
