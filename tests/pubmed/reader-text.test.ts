import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { readRecordKeeping } from '../../src/pubmed/records/read-record-keeping.ts';

/** What a title with this markup reads as. */
function readTitle(markup: string): string | null {
  const xml = `<MedlineCitation><PMID>7</PMID><Article><ArticleTitle>${markup}</ArticleTitle></Article></MedlineCitation>`;
  return parseRecord(Buffer.from(xml)).title;
}

function testAll(cases: [string, string][]): void {
  for (const [markup, text] of cases) {
    test(`${markup.replaceAll('\n', '\\n')} reads as ${text}`, () => {
      assert.equal(readTitle(markup), text);
    });
  }
}

describe('inline markup', () => {
  testAll([
    ['<i>CACNA1C</i>-Related <b>D<u>is</u>orders</b>', 'CACNA1C-Related Disorders'],
    ['10<sup>-6</sup> m<sup>2</sup>', '10⁻⁶ m²'],
    ['Ca<sup>2+</sup> and CO<sub>2</sub>', 'Ca²⁺ and CO₂'],
    ['65<sup>∘</sup>, the 19<sup>th</sup>, MCP<sup>®</sup>', '65°, the 19ᵗʰ, MCP®'],
    ['PrP<sup>Sc</sup> T<sub>1/2</sub>', 'PrPSc T1/2'],
    ['10<sup>5.5</sup> x10<sup>−3.5</sup> 10<sub>0.5</sub>', '10^5.5 x10^−3.5 10_0.5'],
    ['x<sup><i>n</i></sup>', 'xⁿ'],
    ['a<sup/>b', 'ab'],
    // What is not PubMed's and holds nothing parts words.
    ['one<break/>two, three<br/><i>four</i> five<x><y/></x>(six)', 'one two, three four five (six)'],
    ['one <br/> two<br/>, CO<br/><sub>2</sub>', 'one two, CO₂'],
    ['P&lt;0.001 and P &gt; 0.05', 'P<0.001 and P > 0.05'],
  ]);
});

test('a raised or lowered character leads back to the plain one under NFKC', () => {
  const plain = '0123456789+=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ';
  assert.equal(readTitle(`x<sup>${plain}</sup>`)?.normalize('NFKC'), `x${plain}`);
  const lower = '0123456789+=()aehijklmnoprstuvxβγρφχ';
  assert.equal(readTitle(`x<sub>${lower}</sub>`)?.normalize('NFKC'), `x${lower}`);
  assert.notEqual(readTitle(`x<sup>${plain}</sup>`), `x${plain}`);
});

describe('white space', () => {
  testAll([
    ['\n   A\n\t  <i>b</i>  c\r\n', 'A b c'],
    ['A\u2028b\u2029c', 'A b c'],
    ['10\u00a0mg\u2009/\u202fkg', '10\u00a0mg\u2009/\u202fkg'],
    ['\ue009 \u{100005} V\u0307', '\ue009 \u{100005} V\u0307'],
  ]);
});

describe('markup that upstream escaped', () => {
  testAll([
    ['one&lt;br/&gt;two&lt;BR /&gt;three&amp;lt;br&amp;gt;four&lt;break/&gt;', 'one two three four'],
    ['&lt;p&gt;An &lt;italic&gt;en-face&lt;/italic&gt; image.&lt;/p&gt;', 'An en-face image.'],
    ['&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;', 'One. Two.'],
    ['cm&lt;sup&gt;2&lt;/sup&gt;', 'cm²'],
    ['R&amp;amp;D at &amp;#945; &amp;lt; 5', 'R&D at α < 5'],
    ['mean &lt;p&gt; of x', 'mean <p> of x'],
    ['1706-10G-&gt;A &lt;/=20', '1706-10G->A </=20'],
    ['60,000/mm&lt;PRE&gt;3&lt;/PRE&gt;', '60,000/mm<PRE>3</PRE>'],
    ['AT&amp;T &amp;unknown; &amp;#0;', 'AT&T &unknown; &#0;'],
    ['&amp;lt;i&amp;gt;Ex vivo&amp;lt;/i&amp;gt; cm&amp;lt;sup&amp;gt;2&amp;lt;/sup&amp;gt;', 'Ex vivo cm²'],
    ['&amp;beta;-blockers, &amp;Delta;F &amp;plusmn; 2&amp;deg; &amp;le; 5', 'β-blockers, ΔF ± 2° ≤ 5'],
    ['M&amp;uuml;ller, &amp;Eacute;va, Str&amp;oslash;m, Wei&amp;szlig;', 'Müller, Éva, Strøm, Weiß'],
    // HTML, 13.2.5.80: browsers take the numbers of these controls for characters of Windows.
    ['1990&amp;#150;95 and 1996\u009697', '1990–95 and 1996–97'],
    ['R&amp;D; and &amp;xacute;', 'R&D; and &xacute;'],
  ]);
});

test('names, ids, labels and the small print are decoded like prose', () => {
  const xml = `<PubmedArticle><MedlineCitation><PMID>7</PMID><Article><Abstract>
    <AbstractText Label="A &amp;amp; B">One.</AbstractText><AbstractText Label="METHODS:">Two.</AbstractText>
    <CopyrightInformation>A &amp;amp; B</CopyrightInformation></Abstract><AuthorList><Author>
    <LastName>M&amp;uuml;ller</LastName><ForeName>Ren&amp;eacute;</ForeName></Author></AuthorList></Article>
    <CoiStatement>None &amp;amp; <i>nothing</i>.</CoiStatement></MedlineCitation></PubmedArticle>`;
  const { abstract, authors } = parseRecord(Buffer.from(xml));
  assert.equal(abstract?.text, 'A & B: One.\n\nMETHODS: Two.');
  assert.deepEqual([authors[0]?.last_name, authors[0]?.fore_name], ['Müller', 'René']);
  const { copyright, conflictOfInterest } = readRecordKeeping(Buffer.from(xml));
  assert.deepEqual([copyright, conflictOfInterest], ['A & B', 'None & nothing.']);
});

describe('MathML', () => {
  const math = (inner: string) =>
    `<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">\n  ${inner}\n</mml:math>`;
  const mi = (text: string) => `<mml:mi>${text}</mml:mi>`;
  const row = (...inner: string[]) => `<mml:mrow>\n ${inner.join('\n ')}\n</mml:mrow>`;
  testAll([
    [
      `a ${math(`<mml:msub>${row(mi('Cu'))}${row('<mml:mn>2</mml:mn>')}</mml:msub>${mi('O')}`)} b`,
      'a Cu₂O b',
    ],
    [math(`<mml:msubsup>${mi('R')}${mi('ad')}<mml:mn>2</mml:mn></mml:msubsup>`), 'Rad²'],
    [math(`<mml:mover>${row(mi('V'))}<mml:mo>.</mml:mo></mml:mover>`), 'V\u0307'],
    [math(`<mml:mover>${mi('x')}<mml:mo>¯</mml:mo></mml:mover>`), 'x\u0304'],
    [
      math(
        `<mml:mmultiscripts>${mi('He')}<mml:mprescripts/><mml:none/><mml:mn>3</mml:mn></mml:mmultiscripts>`,
      ),
      '³He',
    ],
    [
      math(
        `<mml:mmultiscripts>${mi('C')}<mml:mn>2</mml:mn><mml:none/><mml:mprescripts/><mml:mn>6</mml:mn><mml:mn>14</mml:mn></mml:mmultiscripts>`,
      ),
      '₆¹⁴C₂',
    ],
    [math(`<mml:mfrac>${row(mi('a'), '<mml:mo>+</mml:mo>', mi('b'))}${mi('c')}</mml:mfrac>`), '(a+b)/c'],
    [math(`<mml:msqrt>${mi('n')}</mml:msqrt><mml:mo>&#x2062;</mml:mo>${mi('y')}`), '√ny'],
    [math(`<mml:mroot>${mi('n')}<mml:mn>3</mml:mn></mml:mroot>`), '³√n'],
    [math(`<mml:munderover><mml:mo>∑</mml:mo>${mi('i')}${mi('n')}</mml:munderover>`), '∑ᵢⁿ'],
    [math(`<mml:semantics>${mi('p')}<mml:annotation>\\p</mml:annotation></mml:semantics>`), 'p'],
    [math(`${mi('p')}<mml:mo>&lt;</mml:mo><mml:mn>0.05</mml:mn>`), 'p<0.05'],
    ['<math><msup><mi>x</mi><mn>2</mn></msup></math>', 'x²'],
    [math('<mml:msub/>x'), 'x'],
  ]);
});
