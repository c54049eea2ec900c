import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toAskedWords } from '../../../src/search/words/asked-words.ts';
import { foldText } from '../../../src/search/words/fold-text.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';
import { spellOutAsked } from '../../../src/search/words/spell-out-asked.ts';
import { meets } from './meets.ts';

describe('a list of names', () => {
  const lists: Record<string, string[]> = {
    'BRCA1/2': ['BRCA1', 'BRCA2', 'BRCA-2'],
    'BRCA-1/2': ['BRCA1', 'BRCA2'],
    'CDK 4/6': ['CDK4', 'CDK6'],
    'CDK4/6': ['CDK4', 'CDK-6'],
    'ERK1/2 and SMAD2/3': ['ERK1', 'ERK2', 'SMAD2', 'SMAD3'],
    'HIV-1 and -2': ['HIV-1', 'HIV2'],
    'IL-4, -5, and -13': ['IL-4', 'IL-5', 'IL13'],
    'NOTCH1/2/3': ['NOTCH1', 'NOTCH2', 'NOTCH3'],
    'IFN-α/β': ['IFN-α', 'IFN-beta'],
    'TGF-β1/2': ['TGFB1', 'TGF-beta 2'],
    'PD-1/PD-L1': ['PD-1', 'PDL1'],
    'PD-(L)1': ['PD-1', 'PD-L1'],
    'PD-1/L1': ['PD-1', 'PD-L1'],
    'types 1 and 2': ['type 1', 'type 2'],
    'grade 3/4': ['grade 3', 'grade iv'],
    'stage III–IV': ['stage 3', 'stage IV'],
    'phase I, II or III': ['phase 1', 'phase 2', 'phase 3'],
    'HLA-A*02:01': ['HLA-A2', 'HLA-A*0201'],
    'hepatitis A and B': ['hepatitis A', 'hepatitis B'],
    'hepatitis A or B': ['hepatitis B'],
    'hepatitis A, B, and C': ['hepatitis A', 'hepatitis B', 'hepatitis C'],
    'hepatitis B and/or C': ['hepatitis C'],
    'influenza A/B': ['influenza B'],
    'vitamins D and K': ['vitamin D', 'vitamin K'],
    'proteins C, S & Z': ['protein C', 'protein S', 'protein Z'],
    'complexes I, III and IV': ['complex 1', 'complex III', 'complex IV'],
    'cyclins D1 and E': ['cyclin D1', 'cyclin E'],
    'IL-17A and F': ['IL-17A', 'IL17F'],
    'VEGF-A and -B': ['VEGF-A', 'VEGF-B'],
    'interleukin-6 and -10': ['IL-6', 'IL-10'],
    'interleukins 6 and 10': ['IL-6', 'interleukin 10'],
    'IL-6/-10': ['IL-6', 'IL-10'],
    'IL-1α and β': ['IL-1α', 'IL-1B'],
    'TNF-α and -β': ['TNF-alpha', 'TNFB'],
    'IL-1α/β': ['IL-1β'],
    'TGF-β1 and β2': ['TGFB1', 'TGFB2'],
    'interferons alpha and beta': ['IFN-α', 'IFN-β'],
    'Smad2, 3 and 4': ['Smad2', 'Smad3', 'SMAD4'],
    'SARS-CoV-1 and -2': ['SARS-CoV-2'],
    'grades 1-3': ['grade 1', 'grade 2', 'grade III'],
    'stage I to III': ['stage 1', 'stage 2', 'stage III'],
    'stage IIIA/B': ['stage IIIA', 'stage 3b'],
    'stage IIIA and B': ['stage IIIA', 'stage IIIB'],
    'stages IIIA, B or C': ['stage 3a', 'stage 3b', 'stage 3c'],
    'stage IIIA-IIIB': ['stage IIIA', 'stage IIIB'],
    'stage IIIA-IIIC': ['stage IIIA', 'stage IIIB', 'stage IIIC'],
    'stages IB to IIA': ['stage IB', 'stage 2a'],
    'stages IA1 and IA2': ['stage 1a1', 'stage IA2'],
    'stage IIB to IVA': ['stage IIB', 'stage III', 'stage IVA'],
    'phase 1b/2a': ['phase Ib', 'phase IIa'],
    'pT2a/b': ['pT2a', 'pT2b'],
    'grade 2/3': ['grade II', 'grade III'],
    'caspase-3, 8 and 9': ['caspase 3', 'caspase-8', 'caspase-9'],
    'HLA-DR3/4': ['HLA-DR3', 'HLA-DR4'],
    'CYP1A1/2': ['CYP1A1', 'CYP1A2'],
    'HIF-1α/2α': ['HIF-1α', 'HIF2A'],
    'IL-1α and -1β': ['IL1A', 'IL-1β'],
    'PI3Kα/δ': ['PI3K-alpha', 'PI3Kδ'],
    'types 1 through 4': ['type 1', 'type 2', 'type 3', 'type 4'],
  };
  for (const [list, names] of Object.entries(lists)) {
    test(`${list} holds ${names.join(', ')}, and is held by a text of all of them`, () => {
      assert.deepEqual(
        names.filter((name) => !meets(name, `We saw ${list}.`)),
        [],
      );
      assert.ok(meets(list, `We saw ${names.join(' and ')}.`));
    });
  }

  const read = (text: string) => toPassageWords('', { section: null, text });

  test('what only looks like one stays as it is', () => {
    assert.equal(read('and/or, TNF/LPS, in 3/4 of them'), 'and or tnf lps in 3 4 of them');
    assert.doesNotMatch(
      read('acuity of 20/40, pressure 120/80, on 1/2/2020'),
      /of40|acuity40|pressure80|on2/,
    );
    assert.doesNotMatch(read('IL-6 and 10 patients; t1/2 of 5 h'), /il10|t2/);
    const others = {
      'Hepatitis A and B cells; hepatitis B, C and T cells': /hepatitist/,
      'Vitamin A and C-reactive protein': /vitaminc/,
      'Vitamin D and a placebo, vitamin D, P < 0.05, protein C and P = 0.2': /vitamina|vitaminp|proteinp/,
      'Hepatitis B, E. coli; protein C and S. aureus': /hepatitise|proteins/,
      'Hepatitis B, C-peptide and hepatitis A, d': /hepatitisc|hepatitisd/,
      'Type 2 and 15 patients; phase III and 12 healthy men; stage 1-3 months later': /type15|phase12|stage2/,
      'COVID-19, 20 severe cases; SREBP-2 and 3-hydroxy acids; IL-6 and 10 % of them': /covid20|srebp3|il10/,
      'IL-1 and 2 of 10 patients; COX-1 and 2 healthy men': /il2|cox2/,
      'Stage IIA and B cells; type 1B or B-cell; stage IIa and a case': /stage2b|type1bb|stage2a a/,
      'Type 1B and C-reactive protein; stage IIIA and B. cereus; class IIB/C-peptide':
        /type1c|stage3b|class2c/,
      'Stage IB to IIA': /stage1c|stage2 |stage2$/,
      'IL-6 and 10 in each group; IL-6 and 10 in total; MMP-2 and 9 in 12 men; MMP-2 and 9 with placebo':
        /il10|mmp9/,
      'CYP2D6 1/2 of them; HIF-1α and 2 of 5': /cyp2d2|hif2/,
      'IFN-α and β-catenin; human γ/δ T cells': /ifnb|human-?d/,
      'Scores fell by 2 and 5 mg, or IL-6, 10,000 of them': /il10/,
    };
    for (const [text, false_] of Object.entries(others)) assert.doesNotMatch(read(text), false_);
  });

  test('what a text says within or behind it does not hide it', () => {
    for (const text of ['Hepatitis B (HBV) and C (HCV)', 'hepatitis B virus, hepatitis B or C virus'])
      assert.ok(meets('hepatitis C', text) && meets('hepatitis B', text), text);
    assert.ok(meets('IL-10', 'IL-6 and 10, both high'));
    assert.ok(meets('BRCA2', 'BRCA1 and 2 mutations'));
    assert.ok(meets('MMP9', 'MMP-2 and 9 in serum') && meets('MMP-2 and 9 in serum', 'serum MMP-2 and MMP9'));
    const counted: [name: string, text: string, whole: string][] = [
      ['stage 2', 'stage 1 and 2 patients', 'stage2'],
      ['type 3', 'type 1, 2, and 3 subjects', 'type3'],
      ['stage 2', 'stage 1-3 patients', 'stage2'],
      ['class 4', 'NYHA class III-IV patients', 'class4'],
      ['grade 4', 'grade 3/4 cases', 'grade4'],
      ['phase 2', 'a phase 1/2 dose-escalation study', 'phase2'],
      ['genotype 4', 'genotypes 1 and 4 patients', 'genotype4'],
      ['TGF-β2', 'TGF-β1 and 2 rose', 'tgfb2'],
      ['TGF-β3', 'TGF-β1, 2 and 3', 'tgfb3'],
    ];
    for (const [name, text, whole] of counted) {
      assert.ok(read(text).split(' ').includes(whole), text);
      assert.ok(toAskedWords(name)[0]?.tokens.includes(whole), name);
    }
  });

  test('each name of it counts once', () => {
    assert.equal(read('Hepatitis A and B.'), 'hepat a and b hepatitisa hepatitisb');
    assert.equal(read('Vitamins D and K'), 'vitamin d and k vitaminsd vitamind vitamink');
    assert.equal(read('HTLV-I and II'), 'htlv i and ii htlv1 htlv2');
    assert.equal(read('HLA-A and -B'), 'hla a and b hlaa hlab');
    assert.equal(read(`grade 1-3${', 1-3'.repeat(1000)}`), read('grade 1-3'));
    assert.doesNotMatch(read('category 1-99'), /categori 50/);
    assert.match(read('AAV serotypes 1-9'), /serotyp 5/);
    assert.match(read('poxvirus class 1 to 10'), /class 8/);
    assert.doesNotMatch(read('a pain score of 0-10'), /score 5/);
    assert.match(read('HIV status of IV drug users'), /status of iv drug/);
  });

  test('the letter before "cells" belongs to the word before it, too', () => {
    for (const text of ['cytotoxic T cells', 'a cytotoxic T-cell'])
      assert.ok(meets('cytotoxic T', text) && meets('T cells', text), text);
    assert.match(read('memory B cells'), / memoryb$/);
    assert.doesNotMatch(read('a B cell of B cells'), /ab|ofb/);
  });
});

const spellOut = (question: string) => spellOutAsked(foldText(question));

test('each name of a list is asked for, and what only looks like one is left as it is', () => {
  const asked = [
    'hepatitis A, B and C vaccines',
    'proteins C and S',
    'complexes I and III',
    'chromosomes X/Y',
    'hepatitis B/C',
    'caspases 3, 8 and 9',
    'Smad2, 3 and 4 signalling',
  ];
  assert.deepEqual(asked.map(spellOut), [
    'hepatitis A hepatitis B hepatitis C vaccines',
    'protein C protein S',
    'complex I complex III',
    'chromosome X chromosome Y',
    'hepatitis B hepatitis C',
    'caspase 3 caspase 8 caspase 9',
    'Smad2 Smad3 Smad4 signalling',
  ]);
  const others = [
    'hepatitis B and T cells',
    'vitamin D and a placebo',
    'IL-6 and 10 patients',
    'BRCA1 and BRCA2',
    'mice aged 10-20 weeks',
    'doses of 5, 10 and 20 mg',
    'grade 3-1',
    'COVID-19, 20 patients',
    'SARS 1 and 2',
    'mortality from AIDS 5 and 10 years after HAART',
    'hips 2 and 5 years after resurfacing',
    'outcomes 1 and 2 years after bariatric surgery',
    'stage 1-3 months later',
    'age group 5-9 years',
    'diabetes 1 and 2',
    'myocardial I/R injury',
    'mitral E/A ratio',
    'ventilation V/Q mismatch',
    'histology H&E',
    'patients w/o diabetes',
  ];
  assert.deepEqual(others.map(spellOut), others);
});

test('what a list is written with is asked for beside its names, for a text that writes the same list', () => {
  const lists = {
    'complexes I and III': ['complex1 complex complexesi', 'complex3 iii'],
    'hepatitis A and B': ['hepatitisa hepat', 'hepatitisb b'],
    'studies 1 and 2': ['study1 studi studies1', 'study2 2'],
    'Smad2, 3 and 4 signalling': ['smad2', 'smad3 3', 'smad4 4', 'signal'],
  };
  for (const [list, tokens] of Object.entries(lists))
    assert.deepEqual(
      toAskedWords(list).map((word) => word.tokens.join(' ')),
      tokens,
    );
});
