import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSuiteCorpus } from '../support/corpus/suite-corpus.ts';
import { loadInto, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

/** What each text writes, and the questions that have to find it and no other text. */
const KINDS: [written: string, asked: string[]][] = [
  ['Carriers of BRCA1/2 were counselled.', ['BRCA1', 'brca2', 'BRCA-2', 'BRCA1 and BRCA2', '"BRCA2"']],
  ['Blocking CDK4/6 slowed growth.', ['CDK4', 'cdk 6', 'CDK 4/6', 'CDK-4']],
  ['Epitopes of HLA-A*02:01 were mapped.', ['HLA-A*0201', 'HLA-A0201', 'HLA-A2', 'hla a*02:01', 'A*02:01']],
  ['Blocking PD-1/L1 was safe.', ['PD-1', 'PDL1', 'PD-L1']],
  ['Dry eyes came with Sjögren’s syndrome.', ['Sjoegren', 'sjogren', 'Sjögren', '"Sjoegren syndrome"']],
  ['A Muellerian duct cyst was found.', ['Müllerian', 'mullerian']],
  ['Cough after oesophagitis and caesarian section.', ['esophagitis', 'cesarean', 'oesophagitis']],
  ['Lung metastases were few.', ['metastasis', 'metastases', '"lung metastasis"']],
  ['One bacterium grew.', ['bacteria', 'bacterium']],
  ['Neutralisation by phaeochromocytomata.', ['neutralization', 'pheochromocytoma']],
  ['Women with stage IIIB disease.', ['woman', 'stage 3B', 'stage IIIb']],
  ['Clotting factor XI was low.', ['factor 11', 'factor-XI', '"factor XI"']],
  ['Serum H₂O₂ and Ca²⁺ rose.', ['H2O2', 'Ca2+', 'H(2)O(2)']],
  ['Interferon gamma rose.', ['IFN-γ', 'IFNG', 'interferon-gamma']],
  ['Many SNPs were typed.', ['SNP', 'snps', 'SNPs']],
  ['Pain by Nav1.7 channels.', ['Nav 1.7', 'NaV1.7']],
  ['Uptake of 99mTc was seen.', ['Tc-99m', 'technetium-99m', '(99m)Tc']],
  ['Immune to hepatitis E alone.', ['hepatitis A and E', 'hepatitis A, C or E', 'hepatitis a and e']],
  ['Tumours of grade 2 recurred.', ['grades 1-3', 'grade I-III', 'grades 1 to 3']],
  ['Low levels of protein S.', ['proteins C and S', 'protein C and S']],
  ['Secretion of interleukin-10.', ['interleukins 6 and 10', 'IL-6 and 10']],
  ['Smad4 was lost.', ['Smad2, 3 and 4', 'Smad2, 3 and 4 loss', 'Smad3 and 4']],
  ['Complexes I and III of the chain failed.', ['complexes I and III']],
  ['Gold nanoparticles heated cells.', ['gold [Au] nanoparticles']],
  ['A Ti:sapphire laser cut it.', ['Ti:sapphire', 'ti:sapphire laser']],
  [
    'Bound by IL&#8209;33 alone.',
    ['IL-33', 'il33', 'IL\u00a033', 'IL&ndash;33', 'IL\u201033', 'IL-\u200b33'],
  ],
];
/** Near to a name above, and another. */
const OTHERS =
  'BRCA3, CDK5, CDK 8, HLA-B27, HLA-A*24:02, PD-2, factor IX, Nav1.8, IL-34, stage 2, IFN-β, testes'.split(
    ', ',
  );

/** Names and words in all of their spellings, the same over every engine. */
export function describeOneName(engine: string, makeHome: () => Promise<TestHome>): void {
  describe(`on ${engine}`, () => {
    const { search } = openSuiteCorpus(makeHome, async (corpus, home) => {
      const records = KINDS.map(([written], at) =>
        articleXml({ pmid: 20_000_000 + at, title: `Report ${at + 100}.`, abstract: written }),
      );
      await loadInto(corpus, await home.write('names.xml', setXml(...records)));
    });

    const ask = async (query: string) => {
      const { documents } = await search(query, { search_mode: 'bm25' });
      return documents.map(({ pmid }) => Number(pmid) - 20_000_000);
    };

    for (const [at, [written, asked]] of KINDS.entries())
      test(`${written} is found first by ${asked.join(', ')}`, async () => {
        for (const query of asked) assert.equal((await ask(query))[0], at, query);
      });

    test('a name that is near to one of them is another', async () => {
      for (const query of OTHERS) {
        const { documents, warnings } = await search(query, { search_mode: 'bm25' });
        const known = documents.flatMap(({ passages }) => passages.map(({ text }) => text));
        const isHeld = known.some((text) => !/factor|stage|interferon/i.test(text));
        assert.ok(!isHeld, `${query}: ${known.join(' ')} ${warnings.join(' ')}`);
      }
    });

    test('a letter or number that no text has behind its word is told, and no other', async () => {
      const warn = async (query: string) => {
        const { documents, warnings } = await search(query, { search_mode: 'bm25' });
        assert.ok(documents.length > 0, query);
        return warnings.filter((warning) => warning.includes('without its letter or number'));
      };
      const cases: [query: string, told: string][] = [
        ['hepatitis B', '"hepatitis B"'],
        ['immune to hepatitis c', '"hepatitis c"'],
        ['hepatitis B and E', '"hepatitis B"'],
        ['Stage IV disease', '"Stage IV"'],
        ['tumours of grade 4', '"grade 4"'],
        ['hepatitis-B', '"hepatitis-B"'],
        ['Factor V and protein C', '"Factor V", "protein C"'],
      ];
      for (const [query, told] of cases)
        assert.deepEqual(await warn(query), [
          `No stored text holds ${told}: papers were looked for by the word without its letter or number.`,
        ]);
      for (const query of [
        'hepatitis E',
        'stage IIIB',
        'grade 2',
        'what causes a stage 3b disease',
        'women aged 65',
      ])
        assert.deepEqual(await warn(query), [], query);
    });

    test('what is left out is left out in every spelling', async () => {
      assert.deepEqual(await ask('carriers -BRCA2'), []);
      assert.deepEqual(await ask('lung -metastasis'), []);
      assert.deepEqual(await ask('eyes NOT Sjoegren'), []);
    });
  });
}
