import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readLanguage } from '../../../src/search/language/asked-language.ts';
import { readSampleXml } from '../../pubmed/records.ts';

const HALF = { asked: 4, unknown: 2 };

describe('the language of a question', () => {
  const questions: [name: string, question: string][] = [
    ['German', 'Behandlung von Brustkrebs bei älteren Frauen'],
    ['German', 'Pembrolizumab bei nicht-kleinzelligem Lungenkarzinom'],
    ['German', 'Welche Therapie hilft bei NSCLC im hohen Alter?'],
    ['French', 'traitement du cancer du sein chez les femmes âgées'],
    ['Spanish', '¿Cuáles son los riesgos de la cirugía bariátrica?'],
    ['Italian', 'effetti collaterali della chemioterapia'],
    ['Portuguese', 'vacinas contra a COVID-19 em crianças'],
    ['Dutch', 'behandeling van borstkanker bij oudere vrouwen'],
    ['Polish', 'Leczenie raka piersi u starszych kobiet'],
    ['Chinese', '乳腺癌的治疗'],
    ['Japanese', '乳がんの治療'],
    ['Korean', '유방암 치료'],
    ['Russian', 'лечение рака молочной железы'],
    ['Arabic', 'علاج سرطان الثدي'],
  ];
  for (const [name, question] of questions) {
    test(`"${question}" is ${name}`, () => {
      assert.equal(readLanguage(question, HALF)?.name, name);
    });
  }

  test('names of species, genes, drugs and people are no language', () => {
    const names = [
      'Staphylococcus aureus methicillin resistance',
      'Plasmodium falciparum artemisinin',
      'TP53 KRAS BRAF',
      'de novo lipogenesis',
      'angina pectoris',
      'pembrolizumab nivolumab',
      'García-López M',
      'TNFα κ',
      'asdf qwer zxcv',
    ];
    for (const name of names) assert.equal(readLanguage(name, HALF), null, name);
  });

  test('an English question stays English, whatever it asks about', () => {
    const questions = [
      'Does Tagrisso prolong survival?',
      'Is osimertinib effective?',
      'pembrolizumab melanoma survival',
      'Does Keytruda help in melanoma?',
      'does dupilumab reduce eczema',
      'Ozempic side effects',
      'semaglutide tirzepatide obesity trials',
      'Does Cosentyx improve psoriatic arthritis?',
      'de la Tourette syndrome in children with aripiprazole',
      'Sjögren syndrome rituximab response',
      'Humira versus Enbrel in rheumatoid arthritis',
      'COVID-19 nirmatrelvir ritonavir hospitalisation',
      'del(5q) myelodysplastic syndrome lenalidomide',
    ];
    for (const question of questions) assert.equal(readLanguage(question, HALF), null, question);
  });

  test('words that stored texts hold are understood, whatever they look like', () => {
    assert.equal(readLanguage('Behandlung von Brustkrebs', { asked: 3, unknown: 0 }), null);
    assert.equal(readLanguage('vitamin D status in Berlin', { asked: 9, unknown: 2 }), null);
  });

  test('of the titles of the demo corpus less than 1 in 100 seem foreign by their letters alone', () => {
    const found = readSampleXml()
      .toString('utf8')
      .matchAll(/<ArticleTitle>([^<]+)</g);
    const titles = [...found].map(([, title = '']) => title);
    const alarms = titles.filter((title) => readLanguage(title, HALF) !== null);
    assert.ok(titles.length > 900 && alarms.length < 10, alarms.join('\n'));
  });
});
