import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toAskedWords } from '../../../src/search/words/asked-words.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';
import { holdsWhole, meets } from './meets.ts';

describe('one name as others call it', () => {
  const names = `V600E, p.V600E, Val600Glu, p.Val600Glu, p.(Val600Glu)
    Val158Met, Val(158)Met, V158M
    F508del, Phe508del, p.Phe508del
    C677T, 677C>T, 677C→T, c.677C>T, 677 C>T, C677→T, 677C&gt;T
    C677T, 677C/T
    G1691A, 1691G>A, 1691G/A
    35delG, c.35delG
    metformin HCl, metformin hydrochloride
    5 mcg, 5 µg, 5 ug
    M. smegmatis, Mycobacterium smegmatis
    PGE2, PGE(2), prostaglandin E2, prostaglandin E(2)
    LTB4, LTB(4), leukotriene B4, leukotriene B(4)
    thallium-201, 201Tl, Tl-201, thallium 201
    C57BL/6, C57BL6, C57 BL/6, C57Bl/6, C57/BL6
    BALB/c, Balb/c, BALBc
    O157:H7, O157-H7, O157H7
    BA.5, BA5
    B.1.1.7, B117
    imatinib mesylate, imatinib mesilate
    E. coli, E.coli, E coli, Escherichia coli
    S. aureus, Staph. aureus, Staphylococcus aureus
    Helicobacter pylori, H. pylori
    vitamin D3, vitamin D(3), vitamin D-3, vit D3
    α1-antitrypsin, alpha-1 antitrypsin, alpha(1)-antitrypsin, alpha1-antitrypsin
    17β-estradiol, 17beta-oestradiol, 17-beta estradiol, 17β oestradiol
    β2-microglobulin, beta(2)-microglobulin, β2 microglobulin
    Nav1.7, Na(v)1.7
    PM2.5, PM(2.5)
    IGF-I, IGF-1, IGF1
    MHC-II, MHC II, MHCII
    DPP-4, DPP-IV, DPPIV
    apoA-I, apo A-I, apoA1, apolipoprotein A-I, apolipoprotein A1
    immunoglobulin G, immunoglobulin-G
    Lp(a), Lp (a), lipoprotein(a), lipoprotein (a)
    birth weight, birthweight, birth-weight
    VO2max, VO2 max, VO(2)max
    5 mg, 5mg
    SARS-CoV-2, SARS CoV 2, SARS-CoV2
    haemophilia A, hemophilia A
    anti-CD20, anti CD20, antiCD20
    omega-3 fatty acids, n-3 fatty acids, n−3 fatty acids
    25(OH)D, 25[OH]D, 25 OH D, 25(OH) D, 25(OH)-vitamin D
    miR-21, miRNA21, microRNA21
    CYP2C19, CYP 2C19
    APOE ε4, APOE4, APOE ɛ4
    PGF2α, PGF2alpha, prostaglandin F2α, prostaglandin F(2α)
    IκBα, IκB-α, IkappaBalpha, IkappaB-alpha
    N-acetylcysteine, N-acetyl-cysteine, N-acetyl cysteine
    methylprednisolone, methyl prednisolone
    Vmax, V(max)
    Fe3+, Fe(III)
    G1 phase, G1-phase
    H5N1 virus, H5N1-virus
    ΔF508, Δ F508
    UGT1A1*28, UGT1A1∗28`;
  for (const line of names.split('\n'))
    test(line.trim(), () => {
      const forms = line.split(',').map((form) => form.trim());
      const apart = forms.flatMap((asked) =>
        forms.filter((text) => !meets(asked, `We saw ${text}.`)).map((text) => `${asked} / ${text}`),
      );
      assert.deepEqual(apart, []);
    });

  test('a text that says more holds what it is, too', () => {
    const held: [name: string, text: string][] = [
      ['STAT3', 'pSTAT3'],
      ['CD25', 'CD4(+)CD25high cells'],
      ['H1N1', 'H1N1pdm09'],
      ['HbA1c', 'an A1C of 7 %'],
      ['factor VIII', 'FVIII'],
      ['IgA', 'immunoglobulin A'],
      ['valproate', 'valproic acid'],
      ['HPV16', 'HPV type 16'],
      ['HPV18', 'HPV types 16 and 18'],
      ['collagen I', 'type I collagen'],
      ['collagen IV', 'collagen type IV'],
      ['influenza A', 'influenza type A'],
      ['grade 3', 'adverse events of grade ≥3'],
      ['TNF-α', 'tumour necrosis factor-alpha'],
      ['TNF-α', 'tumor necrosis factor (TNF)-alpha'],
      ['TGF-β1', 'transforming growth factor beta 1'],
      ['NF-κB', 'nuclear factor-κB'],
      ['IL-10', 'interleukin (IL)-10'],
      ['IL-10', 'interleukins (IL)-6 and -10'],
      ['TLR4', 'toll-like receptor (TLR) 4'],
      ['COX-2', 'cyclooxygenase (COX)-2'],
      ['NaCl', 'sodium chloride'],
      ['MgSO4', 'magnesium sulfate'],
      ['sodium chloride', 'NaCl'],
      ['17p deletion', 'del(17p)'],
      ['del(17p)', 'deletion of 17p'],
      ['del(5q)', 'del(5q)'],
      ['lactate', 'lactic acid'],
      ['C57BL/6', 'C57BL/6J'],
      ['C57BL/6J', 'C57BL6/J'],
      ['C57BL/6', 'C57BL/6NCrl'],
      ['C57BL/6N', 'C57BL/6N'],
      ['BALB/c', 'BALB/cJ'],
      ['BALB/c', 'BALB/cAnN'],
      ['NYHA III', 'NYHA class III'],
      ['NYHA III', 'NYHA functional class III'],
      ['NYHA III', 'NYHA class II-III'],
      ['CKD 4', 'CKD stages 3 and 4'],
      ['Gleason 7', 'a Gleason score 7'],
      ['Gleason 7', 'Gleason scores 6-8'],
      ['Gleason 8', 'a Gleason score of 7 or 8'],
      ['C fibre', 'type IIA and C fibers'],
      ['Child-Pugh B', 'Child-Pugh class B'],
      ['ECOG 1', 'ECOG performance status 0-2'],
      ['ECOG 1', 'ECOG performance status of 0 or 1'],
      ['ASA III', 'ASA physical status III'],
      ['CKD 3b', 'stage 3b CKD'],
      ['MHC-II', 'MHC class II molecules'],
      ['MHC-I', 'class I MHC molecules'],
      ['AAV9', 'AAV serotype 9'],
      ['DENV-2', 'DENV serotypes 1-4'],
      ['genotype 3', 'HCV genotypes 1-4'],
      ['APOE ε4', 'APOE ε3/ε4'],
      ['HSP70', 'heat shock protein 70'],
      ['VEGF-A', 'vascular endothelial growth factor (VEGF)-A'],
      ['pT3', 'pT3N0'],
      ['P wave', 'P-wave dispersion'],
      ['rs2294008', 'rs2294008C>T'],
      ['N0', 'T2N0M0'],
      ['HSV-2', 'HSV type 2'],
      ['VEGFR-2', 'VEGFR type 2'],
      ['PDE5', 'PDE type 5 inhibitors'],
      ['somatostatin receptor 2', 'somatostatin receptor type 2'],
      ['TGF-β receptor 2', 'the TGF-β type II receptor'],
      ['stage IA1', 'stage 1A1'],
      ['TGF-β1', 'transforming growth factor (TGF)-β1'],
      ['HIF-1α', 'hypoxia-inducible factor-1 alpha'],
      ['hypotension', 'hypo- and normotension'],
      ['hyperthyroid', 'hyper- or euthyroid'],
    ];
    assert.deepEqual(
      held.filter(([name, text]) => !holdsWhole(name, `We saw ${text}.`)),
      [],
    );
  });

  test('a serotype is looked for by its group as well', () => {
    assert.ok(meets('O157:H7', 'E. coli O157 H7') && meets('O157:H7', 'the serogroup O157'));
  });

  test('at the begin of a text as elsewhere', () => {
    for (const text of ['677C>T in MTHFR', 'C677→T', 'E. coli O157:H7', 'HCl'])
      assert.ok(toPassageWords('', { section: null, text }).match(/c677t|escherichia|hydrochlorid/), text);
  });

  test('what only looks like one of them is none', () => {
    const other: [name: string, text: string][] = [
      ['V600E', 'Val600Lys'],
      ['C677T', '677C>A'],
      ['Escherichia', 'vitamin E. Coliform bacteria'],
      ['Staphylococcus', 'serum aureus'],
      ['IgA', 'immunoglobulin a protein'],
      ['IgG', 'immunoglobulin and G-CSF'],
      ['beta-2-microglobulin', 'IFN-beta 2 hours later'],
      ['hydrochloride', 'LCL'],
      ['CI 12', 'interval (CI) 12.5'],
      ['HPV16', 'had type 16'],
      ['TNF-β', 'tumor necrosis factor-alpha'],
      ['factor 5', 'for 5 days'],
      ['hydrochloride', 'hairy cell leukemia (HCL)'],
      ['sodium', 'NAF cytology'],
      ['NaCl', 'chloride channels and sodium'],
      ['deletion', 'the Hospital del Mar'],
      ['lactate', 'lactic acid bacteria'],
      ['NYHA 3', 'NYHA and class III'],
      ['Gleason 3', 'a Gleason score 3+4'],
      ['C57BL/6J', 'C57BL/6N'],
      ['type IIC', 'type IIA and C fibres'],
      ['vitamin P', 'vitamin K and P waves'],
      ['drug H', 'drug H. pylori'],
      ['resistant E', 'resistant E coli'],
      ['lung I', 'lung IkappaBalpha'],
      ['score 5', 'a pain score of 0-10'],
      ['genotype 12', 'genotype 1 and 12 patients'],
      ['B5', 'group B. 5 of them'],
      ['A20T', 'A20/TNF'],
      ['µm', 'em um estudo'],
      ['µg', 'UG students'],
      ['CKD 2', 'CKD, type 2 diabetes'],
      ['receptor 2', 'insulin receptor type 2 diabetes'],
      ['VEGFR 2', 'VEGFR in type 2 diabetes'],
      ['wild p53', 'wild type p53'],
      ['day 2', 'on that day type 2 responses'],
      ['Escherichia', 'figure E: coli'],
    ];
    assert.deepEqual(
      other.filter(([name, text]) => holdsWhole(name, `We saw ${text} there.`)),
      [],
    );
  });

  test('a question loses no word before the type of something else', () => {
    for (const query of ['CKD type 2 diabetes', 'BMI in type 2 diabetes', 'NAFLD type 1 error'])
      assert.ok(
        toAskedWords(query).some(({ tokens }) => tokens[0] === query.split(' ', 1)[0]?.toLowerCase()),
        query,
      );
    assert.deepEqual(
      toAskedWords('HCL and NAF del Mar').map(({ tokens }) => tokens),
      [['hcl'], ['naf'], ['del'], ['mar']],
    );
  });

  test('the first letter of a genus means nothing by itself', () => {
    assert.deepEqual(
      toAskedWords('E. coli in vitamin E').map(({ tokens }) => tokens),
      [
        ['coli', 'escherichia'],
        ['vitamine', 'vitamin'],
      ],
    );
  });
});

describe('more lists of names', () => {
  const lists: Record<string, string[]> = {
    'HLA-A, -B and -DR': ['HLA-A', 'HLA-B', 'HLA-DR'],
    'HLA-DR/DQ': ['HLA-DR', 'HLA-DQ'],
    'HLA-A, B, and DR': ['HLA-A', 'HLA-B', 'HLA-DR'],
    '5-HT1A/1B': ['5-HT1A', '5-HT1B'],
    '5-HT(1A/1B)': ['5-HT1A', '5-HT(1B)'],
    'CYP2C9, 2C19 and 3A4': ['CYP2C9', 'CYP2C19', 'CYP3A4'],
    'CYP2D6/3A4': ['CYP2D6', 'CYP3A4'],
    'cytokeratin5/6': ['cytokeratin 5', 'cytokeratin 6'],
    'cytokeratins 5 and 6': ['cytokeratin 5', 'cytokeratin-6'],
    'caspase-3/9': ['caspase-3', 'caspase-9'],
    'caspases-3 and -9': ['caspase-3', 'caspase 9'],
    'chromosomes 13/18/21': ['chromosome 13', 'chromosome 18', 'chromosome 21'],
    'chromosomes 13, 21, X and Y': ['chromosome 13', 'chromosome 21', 'chromosome X', 'chromosome Y'],
    'hepatitis b and a': ['hepatitis A', 'hepatitis B'],
    'vitamin A, C, E': ['vitamin A', 'vitamin C', 'vitamin E'],
    'factors VII, IX, X': ['factor VII', 'factor IX', 'factor X'],
    'Child-Pugh A and B': ['Child-Pugh A', 'Child-Pugh B'],
    'MMPs 2 and 9': ['MMP-2', 'MMP-9'],
    'HPV 16 and 18 infection': ['HPV16', 'HPV18'],
    'TLR2 and 4 expression': ['TLR2', 'TLR4'],
    'T- and B-cells': ['T-cell', 'B-cell'],
    'T and B cells': ['T cells', 'B cells'],
    'α- and β-cells': ['alpha-cell', 'beta-cell'],
    'short- and long-term': ['short-term', 'long-term'],
    'pre- and postoperative': ['preoperative', 'postoperative'],
    'micro- or macrovascular': ['microvascular', 'macrovascular'],
  };
  for (const [list, names] of Object.entries(lists))
    test(`${list} holds ${names.join(', ')}`, () => {
      assert.deepEqual(
        names.filter((name) => !holdsWhole(name, `We saw ${list}.`)),
        [],
      );
      assert.ok(meets(list, `We saw ${names.join(' and ')} infection expression.`), 'is asked name by name');
    });

  test('no list is what only shares its signs', () => {
    const others = {
      'hepatitis B and a vaccine; Hepatitis b and a B-cell clone': /hepatitisa/,
      'hepatitis B and T cells': /hepatitist/,
      'HLA-A and B-cell lymphoma; HLA-A or D-dimer': /hlab|hlad/,
      'CYP2C9 and 3 arms; 5-HT1A and 2 h': /cyp3|5ht2/,
      'AIDS 5 and 10 were, patients 1 and X': /aids10|patientx/,
      'well- and poorly differentiated, T- and other cells, I- or by': /wellpoor|tother|iby/,
      'in 2010, 3, 4 rats': /rat3/,
    };
    for (const [text, wrong] of Object.entries(others))
      assert.doesNotMatch(toPassageWords('', { section: null, text }), wrong);
  });
});
