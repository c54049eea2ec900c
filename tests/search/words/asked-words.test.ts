import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toAskedWords } from '../../../src/search/words/asked-words.ts';
import { foldText } from '../../../src/search/words/fold-text.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';
import { spellOutAsked } from '../../../src/search/words/spell-out-asked.ts';
import { meets } from './meets.ts';

function tokens(question: string): string {
  return toAskedWords(question)
    .map((word) => word.tokens.join('|'))
    .join(' ');
}

describe('one name in several spellings', () => {
  const spellings = `IL-6, il6, IL 6, il-6, IL–6
    IL-1β, IL1β, IL-1beta, IL-1 beta, IL-1-β, IL1beta, IL-1b, IL1B, interleukin-1β, Interleukin 1 beta
    IL-1α, IL-1⍺, IL-1ɑ, IL-1𝛼, IL1A, IL-1 alpha
    IL-17A, IL17A, IL 17A, interleukin-17A, interleukin 17A, IL-17 A, IL 17 A, IL-17-A, interleukin-17 A
    25(OH)D, 25-OH-D, 25OHD, 25-OH D, 25-hydroxyvitamin D, 25-hydroxyvitamin-D, 25-hydroxy vitamin D, 25-OH vitamin D, 25 hydroxyvitamin D, 25‑hydroxyvitamin d
    25(OH)D3, 25-OH-D3, 25-hydroxyvitamin D3
    25(OH)2D3, 25-dihydroxyvitamin D3, 25-dihydroxyvitamin-D3
    serum 25(OH)D, serum 25-OH-D, serum 25-hydroxyvitamin D, 25(OH)D in serum
    NFκB, NF-κB, NF-kappaB, NF-kappa B, NF-kappa(B), NFkappaB, NF-kB, NFkB, NFKB, nfkb
    TNFα, TNF-α, TNF-alpha, TNF alpha, TNF α, TNFalpha, tnf-alpha, TNF-a, TNFA
    IFN-γ, IFNγ, IFN-gamma, IFN gamma, IFNgamma, IFNG
    TGF-β1, TGF-ß1, TGFß1, TGFꞵ1, TGFβ1, TGF-beta1, TGFbeta1, TGF-beta-1, TGF beta1, TGF-β 1, TGFB1
    HIF-1α, HIF1α, HIF-1alpha, HIF-1a, HIF1A
    α-synuclein, alpha-synuclein, αsynuclein
    β2-agonist, β₂-agonists, beta2-agonist, beta-2 agonist, beta(2)-agonists, beta 2 agonist
    ω-3, ω3, omega-3, omega 3, omega3
    5-FU, 5FU
    5-HT1A, 5-HT(1A), 5HT1A
    miR-21, miR21, mir 21, microRNA-21, miRNA-21, hsa-miR-21-5p
    HbA1c, HbA1C, HbA(1c), Hb A1c
    GABA-A, GABA A, GABA(A), GABAA
    BCR-ABL1, BCR::ABL1, bcr-abl1
    BRAF V600E, BRAF-V600E, BRAF(V600E)
    99mTc, (99m)Tc
    [18F]FDG, 18F-FDG, (18)F-FDG
    vitamin B12, vitamin B-12, vitamin B 12, Vitamin B₁₂, vitamin B(12)
    pre-eclampsia, preeclampsia, pre eclampsia
    anti-TNF, antiTNF, anti TNF
    10 mg, 10mg
    CAR-T, CAR T, CAR-T cells
    PKCζ, PKC-ζ, PKC-zeta, PKC zeta, PKCzeta
    PD-L1, PDL1, PD L1, pd-l1
    PD-1, PD1, PD 1
    BRCA-1, BRCA1, BRCA 1, brca1
    HER-2, HER2, HER 2, her2
    CYP2D6, CYP 2D6, CYP-2D6
    miR-155, miR155, MIR 155
    COVID-19, COVID19, covid 19
    SARS-CoV-2, SARS-CoV2, sars-cov-2
    CO2, CO₂, CO(2), CO 2
    H2O, H₂O, H(2)O
    Ca2+, Ca²⁺, Ca(2+)
    hepatitis A, hepatitis a, Hepatitis-A, HEPATITIS A
    vitamin D, vitamin-D, Vitamin d
    vitamin D3, vitamin-D3
    type 2, type-2, type II, type ii, Type-II
    grade iii, grade III, grade 3, grade-3
    phase 1, phase I, phase-I
    T cells, T-cells, t cell, T-cell
    X-ray, X ray, x-rays
    follow-up, followup, Follow‑up
    meta-analysis, metaanalysis
    µ receptor, μ receptor, mu receptor
    β-catenin, beta-catenin, beta catenin
    haemorrhage, hemorrhage, Hæmorrhage
    randomised trial, randomized trials
    Sjögren, Sjoegren, Sjogren, Sjögren’s, SJOEGREN
    Henoch-Schönlein, Henoch-Schoenlein, Henoch Schonlein
    Müllerian, Muellerian, Mullerian
    Waldenström, Waldenstroem, Waldenstrom
    Guenther, Günther, Gunther
    stage IIIA, stage 3A, stage IIIa
    factor XI, factor 11
    factor VIII, factor 8, factor-VIII
    HTLV-I, HTLV-1, HTLV 1
    DSM-V, DSM-5, DSM 5
    HLA-A*02:01, HLA-A*0201, HLA-A0201, HLA A*02:01, HLA-A02:01, HLA-A*02:01:01:02L, A*02:01
    HLA-A2, HLA-A*02, HLA-A02
    HLA-DRB1*04:01, HLA-DRB1*0401, DRB1*04:01
    CYP2C19*2, CYP2C19 *2
    Nav1.7, Nav 1.7, NaV1.7
    PM2.5, PM 2.5, PM₂.₅
    CA 19-9, CA19-9, CA-19-9
    99mTc, Tc-99m, technetium-99m, Tc99m
    131I, I-131, iodine-131
    p16INK4a, p16(INK4a), p16-INK4a, p16 INK4a
    BRAFV600E, BRAF V600E, BRAF(V600E)
    ΔF508, delta-F508, F508del, delta F508
    PI3Kα, PI3K-alpha, PI3Kalpha
    interferon gamma, interferon-γ, IFN-γ, IFNG
    interferon alfa-2b, interferon alpha-2b, IFN-α2b
    γδ, gamma-delta, gamma delta, γ/δ
    25(OH)D, 25-(OH)D
    SNP, SNPs
    TKIs, TKI
    GLP-1 RA, GLP-1RA, GLP-1RAs, GLP-1 RAs
    HbA1c, hemoglobin A1c, haemoglobin A1c
    health care, healthcare, health-care
    meta analysis, meta-analyses, metaanalysis
    IL‒6, IL⁃6, IL–6, IL−6, IL&ndash;6, IL&#8209;6, IL-\u200b6
    heart failure, heart  failure, heart\u00a0failure, heart&nbsp;failure, hea\u00adrt failure
    β-catenin, &beta;-catenin, &#946;-catenin
    café, caf&eacute;`;
  for (const line of spellings.split('\n')) {
    test(line.trim(), () => {
      const forms = line.split(',').map((form) => form.trim());
      const apart = forms.flatMap((asked) =>
        forms
          .filter((written) => !meets(asked, `We saw ${written}.`))
          .map((written) => `${asked} / ${written}`),
      );
      assert.deepEqual(apart, []);
    });
  }
});

describe('words of other scripts', () => {
  test('are found within what is written without blanks', () => {
    for (const text of ['糖尿病', '2型糖尿病患者の治療', '対象は糖尿病である'])
      assert.ok(meets('糖尿病', text), text);
    assert.ok(meets('インスリン', '新しいインスリン製剤'));
    assert.ok(!meets('糖尿病', '高血圧') && !meets('糖尿病', '尿道'));
    assert.equal(toPassageWords('', { section: null, text: '2型糖尿病 x' }), '2 型糖 糖尿 尿病 x');
    assert.equal(toPassageWords('', { section: null, text: '肺 IL-6肺' }), '肺 il 6 肺 il6');
  });

  test('by the whole word where blanks part them', () => {
    assert.ok(meets('Диабет', 'сахарный диабет') && meets('διαβήτης', 'Σακχαρώδης ΔΙΑΒΉΤΗΣ'));
  });
});

describe('names that are not the same', () => {
  const others: Record<string, string[]> = {
    'IL-6': ['IL-10', 'IL-60', 'il 16', '6 of 10 patients', 'IL-1'],
    'IL 6': ['IL-10', 'IL10'],
    'COVID-19': ['19 patients'],
    'PD-1': ['PD-L1', 'PD-2'],
    BRCA1: ['BRCA2', 'BRCA-2'],
    CD4: ['CD8', 'CD40', 'CD 44'],
    'miR-21': ['miR-210', 'miR-155'],
    'IL-1β': ['IL-18', 'IL-2b', 'IL-10 beta'],
    ERα: ['a new era', 'estrogen receptors'],
    'IL-17 A': ['IL-17B', 'IL-10 A', 'IL-17B and a case'],
    'IL-17A': ['IL-17 alone', 'IL-17 a review of B'],
    '25(OH)D': ['25 mg', '25 D', 'vitamin D', '24-hydroxyvitamin D', 'hydroxyvitamin'],
    'SARS-CoV-2': ['SARS', 'MERS-CoV'],
    '5-FU': ['4-FU', '6 to 9'],
    'CDK2/6': ['CDK4', 'CDK 4/6'],
    'HLA-A2': ['HLA-A24', 'HLA-A*24:02', 'HLA-B2', 'HLA-B*02:01'],
    'HLA-B27': ['HLA-B7', 'HLA-B*07:02'],
    'Nav1.7': ['Nav1.8', 'Nav 1.5'],
    'PM2.5': ['PM10', 'PM 10', '2.5 mg'],
    '13C': ['14C', 'C-14'],
    'CYP2C19*2': ['CYP2C9*2'],
    'CA 19-9': ['CA 125', 'CA 15-3'],
    'HIV-1': ['HIV-2', 'HIV-2/3'],
    'IL-4': ['IL-12/13', 'IL-6 and 10 patients'],
    LPS: ['LP', 'Lp(a)'],
    CNS: ['CN'],
  };
  for (const [asked, texts] of Object.entries(others)) {
    test(`${asked} is in no text on ${texts.join(', ')}`, () => {
      assert.deepEqual(
        texts.filter((text) => meets(asked, text)),
        [],
      );
    });
  }

  test('a letter or number behind a word makes a name that ranks above the word alone', () => {
    assert.equal(tokens('hepatitis A vaccine'), 'hepatitisa|hepat vaccin');
    assert.equal(tokens('type 2 diabetes'), 'type2|type diabet');
    assert.equal(tokens('day 7'), 'day7|day');
  });
});

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
  });

  test('the letter before "cells" belongs to the word before it, too', () => {
    for (const text of ['cytotoxic T cells', 'a cytotoxic T-cell'])
      assert.ok(meets('cytotoxic T', text) && meets('T cells', text), text);
    assert.match(read('memory B cells'), / memoryb$/);
    assert.doesNotMatch(read('a B cell of B cells'), /ab|ofb/);
  });
});

describe('what a question asks for', () => {
  test('stop words go, unless nothing else is there or capitals make them a name', () => {
    assert.equal(tokens('What is the effect of tea?'), 'what effect tea');
    assert.equal(tokens('to be or not to be'), 'to be or not');
    assert.equal(tokens('WHO and IT guidelines'), 'who it guidelin');
    assert.equal(tokens('NO synthase in COPD'), 'no synthas copd');
    assert.equal(tokens('EFFECT OF TEA'), 'effect tea');
    assert.equal(tokens('heart AND liver OR lung'), 'heart liver lung');
    assert.equal(tokens(' ?! '), '');
  });

  test('each word once, however often and in whatever form it stands there', () => {
    assert.equal(tokens('tumour tumors TUMOR growth'), 'tumor growth');
    assert.equal(tokens('IL-6 il6 IL 6'), 'il6');
  });

  test('a letter behind a number begins what follows it where that is a name', () => {
    assert.equal(tokens('CD 4 B cells'), 'cd4 bcell|cell');
    assert.equal(tokens('COVID-19 D-dimer'), 'covid19 ddimer|dimer');
    assert.equal(tokens('IL-17 a review'), 'il17 review');
    assert.equal(tokens('IL-17 A and B'), 'il17a|il17|17a b');
    assert.equal(tokens('Straße STRAßE ß-catenin'), 'strass betacatenin|catenin');
  });

  test('a long name is asked for by its parts, too; a sign of it alone means nothing', () => {
    assert.equal(tokens('p53-dependent'), 'p53depend|p53|depend');
    assert.equal(tokens('TNF-alpha'), 'tnfa|tnf');
    assert.equal(tokens('β-cell'), 'betacel|cell');
    assert.equal(tokens('B-cell'), 'bcell|cell');
    assert.equal(tokens('EGFR-L858R'), 'egfrl858r|egfr|l858r');
    assert.equal(tokens('EML4-ALK and 18F-FDG'), 'eml4alk|eml4|alk 18ffdg|fdg');
    assert.equal(tokens('anti-PD-1'), 'antipd1|antipd|pd1');
  });

  test('what is asked for is told in the words of the question', () => {
    assert.deepEqual(
      toAskedWords('Zzxqv IL 6 NFκB').map(({ asked }) => asked),
      ['Zzxqv', 'IL 6', 'NF-kappa-B'],
    );
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
