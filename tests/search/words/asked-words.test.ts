import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toAskedWords } from '../../../src/search/words/asked-words.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';
import { meets } from './meets.ts';

function tokens(question: string): string {
  return toAskedWords(question)
    .map((word) => word.tokens.join('|'))
    .join(' ');
}

describe('one name in several spellings', () => {
  const spellings = `IL-6, il6, IL 6, il-6, IL–6, \u0399L-6, \u0406L-6
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
    COVID-19, COVID19, covid 19, \u0421OVID-19, C\u041eVID-19, C\u039fVID-19, c\u043evid-19
    HLA-B27, HLA-\u041227, HLA-\u039227, \u041dLA-B27
    β-Gal, βGal, \u0392Gal, \u0392-Gal
    EGFR, \u0395GFR
    Bcl-2, \u0392cl-2
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

  test('keep their letters, also where these look like Latin ones', () => {
    const words =
      '\u0421\u041e\u041d \u043d\u043e\u0441 \u0432\u0438\u0440\u0443\u0441-HIV \u0391\u039d\u039f\u03a3 TNF\u0391';
    assert.equal(
      toPassageWords('', { section: null, text: words }),
      '\u0441\u043e\u043d \u043d\u043e\u0441 \u0432\u0438\u0440\u0443\u0441 hiv \u03b1\u03bd\u03bf\u03c2 tnf alpha \u0432\u0438\u0440\u0443\u0441hiv tnfa',
    );
  });

  test('also behind a hyphen and a name of Latin ones', () => {
    for (const word of ['\u0420\u041d\u041a', '\u0410\u0422'])
      assert.equal(meets(word, `HCV-${word}, IgG-${word}, HBV-${word}-1`), true);
  });

  test('also in capitals before a number', () => {
    const [scan, aspirin] = ['\u041c\u0420\u0422-3', '\u0410\u0421\u041a-100'];
    assert.ok(!meets('MPT-3', `${scan} ${aspirin}`) && !meets(scan, 'MPT-3'));
    assert.ok(meets(scan, `${scan} ${aspirin}`) && meets(aspirin, aspirin));
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
