import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { escapeLatex, protectCase } from '../../src/citing/latex-text.ts';

describe('text as the source of TeX', () => {
  const expected: [text: string, latex: string][] = [
    ['a_b', 'a\\_b'],
    ['Müller, Łuczak, Şahin', 'M{\\"u}ller, {\\L}uczak, {\\c{S}}ahin'],
    ['Nguyễn, Țîrlea, x̄', 'Nguy{\\~{\\^e}}n, {\\c{T}}{\\^i}rlea, {\\=x}'],
    ['Åslund, Mårtensson', '{\\r{A}}slund, M{\\r{a}}rtensson'],
    ['TGF-β1 and NF-κB', 'TGF-{$\\beta$}1 and NF-{$\\kappa$}B'],
    ['µ (micro sign) and μ (mu)', '{$\\mu$} (micro sign) and {$\\mu$} (mu)'],
    ['10⁻⁶, H₂O, Ca²⁺, Vᵦ', '10{$^{-6}$}, H{$_{2}$}O, Ca{$^{2+}$}, V{$_{\\beta}$}'],
    ['xⁿ', 'x{$^{\\mathrm{n}}$}'],
    ['≥ 5 ± 2 °C → “x” – y…', "{$\\geq$} 5 {$\\pm$} 2 {\\textdegree}C {$\\rightarrow$} ``x'' -- y{\\ldots}"],
    ['soft\u00adhyphen, zero\u200bwidth, fixed\u00a0space', 'soft{\\-}hyphen, zerowidth, fixed~space'],
    ['中文：题目（一）', '中文：题目（一）'],
    ['Ｐ＜0.05', 'P{$<$}0.05'],
    ['eﬀect, ﬁve, 𝑥 and 𝛼, ⅛', 'effect, five, x and {$\\alpha$}, 1/8'],
    ['marks of \u202bdirection\u202c', 'marks of direction'],
    // BibTeX counts braces, also behind a backslash.
    ['one } alone', 'one {$\\rbrace$} alone'],
    // TeX has no commands for these.
    ['益生菌', '益生菌'],
  ];
  for (const [text, latex] of expected) test(text, () => assert.equal(escapeLatex(text), latex));
});

describe('titles', () => {
  test('only words with a capital of their own are kept from lower case', () => {
    assert.equal(
      protectCase('Role of mTOR and the Golgi apparatus', null),
      'Role of {mTOR} and the {Golgi} apparatus',
    );
    assert.equal(protectCase('MicroRNA in yeast', null), '{MicroRNA} in yeast');
  });

  test('in a title that is written like this one, only what cannot be small is kept', () => {
    const abstract =
      'The flowering almond, Prunus tenella, grows in Europe. Genome size varied. Alzheimer came.';
    const cases: [title: string, latex: string][] = [
      [
        'Chromosome-Level Genome Assembly of Prunus tenella Reveals Geographic Variation Across Europe',
        'Chromosome-Level Genome Assembly of {Prunus} tenella Reveals Geographic Variation Across {Europe}',
      ],
      [
        'A Double-Blind, Placebo-Controlled Trial of IL-6 and mTOR Inhibitors: A Pilot Study of HbA1c',
        'A Double-Blind, Placebo-Controlled Trial of {IL-6} and {mTOR} Inhibitors: A Pilot Study of {HbA1c}',
      ],
      [
        'Effect of a Vaccine Against Hepatitis A and Vitamin D on T Cells in the U.S.: A Cohort Study',
        'Effect of a Vaccine Against Hepatitis {A} and Vitamin {D} on {T} Cells in the {U.S.:} A Cohort Study',
      ],
    ];
    for (const [title, latex] of cases) assert.equal(protectCase(title, abstract), latex);
  });

  test('elsewhere a capital is that of a name, but behind a colon', () => {
    assert.equal(
      protectCase('Sleep in Parkinson disease: A study of Danish adults', null),
      'Sleep in {Parkinson} disease: A study of {Danish} adults',
    );
    assert.equal(protectCase('Hepatitis B and hepatitis A', null), 'Hepatitis {B} and hepatitis {A}');
  });

  test('a capital of Greek is not put into lower case', () => {
    assert.equal(protectCase('The Δ9 form', null), 'The {{$\\Delta$}9} form');
  });

  test('a word that begins with a command is no "special character" of BibTeX', () => {
    assert.equal(protectCase('Of #5 and #PBS', null), 'Of \\#5 and {{}\\#PBS}');
  });
});
