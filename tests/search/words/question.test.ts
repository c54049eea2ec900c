import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toConditions } from '../../../src/search/words/conditions.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';
import { parseQuestion } from '../../../src/search/words/question.ts';

describe('quotes and exclusions in a question', () => {
  const questions: Record<string, [text: string, phrases: string[], excluded: string[]]> = {
    'heart -rate': ['heart', [], ['rate']],
    'heart NOT rate': ['heart', [], ['rate']],
    'heart AND NOT liver': ['heart AND', [], ['liver']],
    '"heart failure" sacubitril': ['heart failure sacubitril', ['heart failure'], []],
    '(“heart failure”)': ['(heart failure)', ['heart failure'], []],
    'drugs -"heart failure"': ['drugs', [], ['heart failure']],
    'NOT "heart failure" drugs': ['drugs', [], ['heart failure']],
    'TNF-α -mice -IL-6': ['TNF-α', [], ['mice', 'IL-6']],
    'IL-6 in PD -1': ['IL-6 in PD -1', [], []],
    'tea - or not - sleep': ['tea - or not - sleep', [], []],
    'a "b': ['a "b', [], []],
    'say NOTHING': ['say NOTHING', [], []],
    'EFFECT OF TEA NOT COFFEE': ['EFFECT OF TEA NOT COFFEE', [], []],
    NOT: ['NOT', [], []],
    '"" x': [' x'.trim(), [], []],
  };
  for (const [question, [text, phrases, excluded]] of Object.entries(questions)) {
    test(question, () => assert.deepEqual(parseQuestion(question), { text, phrases, excluded }));
  }
});

describe('what a passage has to hold', () => {
  const words = (text: string) => toPassageWords('', { section: null, text });
  const holds = (phrase: string, text: string) =>
    toConditions({ text: '', phrases: [phrase], excluded: [] })?.holdsPhrases([words(text)]);

  test('the words of a phrase side by side, in any form, however they are joined', () => {
    assert.ok(holds('heart failure', 'Failure of hearts, and heart failures.'));
    assert.ok(!holds('heart failure', 'Failure of the heart; heart and kidney failure.'));
    assert.ok(holds('T-cell receptor', 'The T cell receptors'));
    assert.ok(holds('IL-6 receptor', 'IL6 receptor') && holds('il6 receptor', 'IL-6 receptor'));
    assert.ok(holds('NF-kappaB activation', 'NFκB activation'));
    assert.ok(!holds('IL-6', 'IL-60') && holds('IL-6', 'il6'));
    assert.ok(!holds('cat', 'a c at') && holds('cat', 'two cats'));
  });

  test('one word or phrase to leave out is enough', () => {
    const conditions = toConditions(parseQuestion('tea -mice -"green tea"'));
    assert.ok(conditions?.holdsExcluded([words('Tea in mice')]));
    assert.ok(conditions?.holdsExcluded([words('Green teas')]));
    assert.ok(!conditions?.holdsExcluded([words('Tea that is green')]));
    assert.ok(conditions?.holdsExcluded([words('Tea that is green'), words('Given to mice')]));
    assert.equal(toConditions(parseQuestion('plain words')), null);
  });
});
