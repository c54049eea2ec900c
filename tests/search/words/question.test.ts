import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toConditions } from '../../../src/search/phrases/conditions.ts';
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
    'IFN-alpha, -beta and -gamma': ['IFN-alpha, -beta and -gamma', [], []],
    'TNFα and -β, HLA-A,-B and -DR': ['TNFα and -β, HLA-A, -B and -DR', [], []],
    'PPAR-α, −δ or -γ agonists -mice': ['PPAR-α, -δ or -γ agonists', [], ['mice']],
    'diabetes NOT type 1': ['diabetes', [], ['type 1']],
    'cancer -stage IV.': ['cancer', [], ['stage IV.']],
    'hepatitis NOT hepatitis B virus': ['hepatitis  virus', [], ['hepatitis B']],
    'vitamins NOT vitamin D, tea': ['vitamins  tea', [], ['vitamin D,']],
    'tea NOT mice 3 weeks': ['tea  3 weeks', [], ['mice']],
    'tea NOT rats A trial': ['tea  A trial', [], ['rats']],
    'IL-17A and -F': ['IL-17A and -F', [], []],
    'interferon alpha, -beta AND -gamma': ['interferon alpha, -beta AND -gamma', [], []],
    'PPARalpha, −delta and -gamma -mice': ['PPARalpha, -delta and -gamma', [], ['mice']],
    'hla-a, -b and -drb1 -mice': ['hla-a, -b and -drb1', [], ['mice']],
    'HLA-DRB1, -DQB1 and PDGF-AA or -BB': ['HLA-DRB1, -DQB1 and PDGF-AA or -BB', [], []],
    'collagen-I, -III and -V -mice': ['collagen-I, -III and -V', [], ['mice']],
    'anemia NOT vitamin B12 NOT immunoglobulin M': ['anemia', [], ['vitamin B12', 'immunoglobulin M']],
    'cirrhosis NOT hepatitis c, -type ii': ['cirrhosis', [], ['hepatitis c,', 'type ii']],
    'sepsis NOT interleukin 6 NOT miR 155': ['sepsis', [], ['interleukin 6', 'miR 155']],
    'tea NOT vitamin a day': ['tea  a day', [], ['vitamin']],
    'PTEN -null, long -term follow -up': ['PTEN -null, long -term follow -up', [], []],
    'KRAS -Mutated cancer': ['KRAS -Mutated cancer', [], []],
    'tea, -A and -B': ['tea,  and', [], ['A', 'B']],
    'IFN-alpha -beta': ['IFN-alpha', [], ['beta']],
    'IFN-alpha, -mice and -beta': ['IFN-alpha,  and', [], ['mice', 'beta']],
    'KRAS G12C -mutated cancer, IL-2 −mediated': ['KRAS G12C -mutated cancer, IL-2 -mediated', [], []],
    'tea -wide-eyed -likely -"mutated"': ['tea', [], ['wide-eyed', 'likely', 'mutated']],
    'tea - or not - sleep': ['tea - or not - sleep', [], []],
    'a "b': ['a "b', [], []],
    'say NOTHING': ['say NOTHING', [], []],
    'EFFECT OF TEA NOT COFFEE': ['EFFECT OF TEA NOT COFFEE', [], []],
    'TNF NOT IL-6': ['TNF', [], ['IL-6']],
    'BRCA1 NOT BRCA2': ['BRCA1', [], ['BRCA2']],
    'tea -30094717 NOT PMID 30094718': ['tea', [], []],
    'tea -2019': ['tea -2019', [], []],
    NOT: ['NOT', [], []],
    '"" x': [' x'.trim(), [], []],
    'tea NOT (mice OR rats)': ['tea', [], ['mice', 'rats']],
    'tea -(mice, "brown rats") leaf': ['tea    leaf', [], ['mice', 'brown rats']],
    'tea -mice,-rats': ['tea', [], ['mice', 'rats']],
    'tea −mice ‑rats': ['tea', [], ['mice', 'rats']],
    'COVID-19 -vaccine': ['COVID-19', [], ['vaccine']],
    '„heart failure“ «of mice»': ['heart failure of mice', ['heart failure', 'of mice'], []],
    'THE IL-6 NOT (MICE OR RATS)': ['THE IL-6 NOT (MICE OR RATS)', [], []],
    '(-)-epicatechin': ['(-)-epicatechin', [], []],
    '-': ['-', [], []],
    'gold [Au] nanoparticles': ['gold Au nanoparticles', [], []],
    'Titanium [Ti] implants': ['Titanium Ti implants', [], []],
    'Ti:sapphire laser': ['Ti:sapphire laser', [], []],
    'ti:asthma': ['asthma', [], []],
    '&quot;heart failure&quot; IFN&gamma;': ['heart failure IFNγ', ['heart failure'], []],
    '"TNF&alpha; blocker" NOT (IL&ndash;6 OR IFN&gamma;)': [
      'TNFα blocker',
      ['TNFα blocker'],
      ['IL-6', 'IFNγ'],
    ],
    'tea -IL&ndash;6&nbsp;leaf': ['tea  leaf', [], ['IL-6']],
    'tea&#55296;leaf': ['tea leaf', [], []],
  };
  for (const [question, [text, phrases, excluded]] of Object.entries(questions)) {
    test(question, () => {
      const { notDone: _, tagged: __, excludedPmids: ___, ...read } = parseQuestion(question);
      assert.deepEqual(read, { text, phrases, excluded });
    });
  }

  test('a publication type is no word, and NOT with one leaves nothing out', () => {
    const told = (question: string) => {
      const { text, excluded, notDone } = parseQuestion(question);
      return [text, excluded, notDone.filter((one) => one.includes('publication type')).length];
    };
    for (const left of [
      'NOT review[pt]',
      'NOT "Case Reports"[pt]',
      'NOT randomized controlled trial[pt]',
      '-letter [PT]',
      'NOT clinical trial, phase i[pt]',
      'NOT review[pt:noexp]',
      'NOT ("Case Reports"[pt] or letter [Publication Type])',
    ])
      assert.deepEqual(told(`asthma ${left}`), ['asthma', [], 1], left);
    assert.deepEqual(told('asthma NOT (review[pt] OR letter[pt]) NOT mice'), ['asthma', ['mice'], 1]);
    assert.deepEqual(told('asthma NOT (review[pt] OR mice[mh] OR rats)'), ['asthma', ['mice', 'rats'], 1]);
    assert.deepEqual(told('asthma NOT mice AND review[pt]'), ['asthma  AND review', ['mice'], 0]);
    assert.deepEqual(told('not a review[pt]'), ['not a review', [], 0]);
  });

  test('PMIDs that are left out are read as such, labelled or not', () => {
    const left = [
      'tea -30094717',
      'tea NOT 30094717',
      'tea NOT PMID 30094717',
      'tea NOT pmid:30094717',
      'NOT 30094717 tea',
      'tea NOT 30094717.',
      'tea −30094717, with milk',
    ];
    for (const question of [...left, 'tea NOT (30094717 OR mice)'])
      assert.deepEqual(parseQuestion(question).excludedPmids, ['30094717'], question);
    const both = ['NOT 30094717, 30094718', '-30094717,-30094718', 'NOT PMIDs: 30094717; 30094718.'];
    for (const question of both) {
      const { excludedPmids, tagged } = parseQuestion(`tea ${question}`);
      assert.deepEqual([excludedPmids, tagged.trim()], [['30094717', '30094718'], 'tea'], question);
    }
    for (const question of [
      'tea -2019',
      'PD -1',
      'TEA WITH MILK NOT 30094717',
      '30094717',
      'tea NOT mice 30094717',
    ])
      assert.deepEqual(parseQuestion(question).excludedPmids, [], question);
  });

  const undone: Record<string, [text: string, told: RegExp]> = {
    '"heart failure': ['"heart failure', /quote is not closed/],
    'drugs -"heart failure': ['drugs -"heart failure', /quote is not closed/],
    'aspirin[ti] stroke[MeSH Terms]': ['aspirin  stroke', /Field tags.*filters/],
    'gold [Ti] nanoparticles': ['gold  nanoparticles', /Field tags/],
    'thrombo*': ['thrombo*', /no wildcards/],
    'tea NOT (mice AND rats)': ['tea', /leaves nothing out/],
    'heart failure"': ['heart failure"', /quote is not closed/],
    'tea NOT 10.1000/abc': ['tea', /give the PMID/],
    'tea NOT PMC123': ['tea', /give the PMID/],
    'he*rt': ['he*rt', /no wildcards/],
    thromb$: ['thromb$', /no wildcards/],
    'wom?n': ['wom?n', /no wildcards/],
    'tea AND leaf': ['tea AND leaf', /AND and OR are passed over/],
    '(tea OR leaf)': ['(tea OR leaf)', /AND and OR are passed over/],
    'tea 2019:2021[dp]': ['tea', /year_from/],
    'tea "2019/01/01"[Date - Publication] : "3000"[Date - Publication]': ['tea', /year_from/],
    'tea english[la]': ['tea', /Limits.*filters/],
    'tea free full text[sb]': ['tea', /Limits/],
    'tea NOT english[la]': ['tea', /Limits/],
    'tea NOT 2019:2021[dp] leaf': ['tea   leaf', /year_from/],
    'tea "last 5 years"[dp]': ['tea', /year_from/],
    'tea NOT (mice NOT rats)': ['tea', /leaves nothing out/],
    'tea NOT Smith J[au]': ['tea', /NOT with an author/],
    'tea -"Smith J"[Author] leaf': ['tea   leaf', /NOT with an author/],
    'tea NOT (Smith J[au] OR Jones B[au])': ['tea', /NOT with an author/],
    'tea[Supplementary Concept]': ['tea', /Field tags/],
    'title:tea': ['tea', /Field tags/],
  };
  for (const [question, [text, told]] of Object.entries(undone)) {
    test(`${question} is told not to be done`, () => {
      const read = parseQuestion(question);
      assert.equal(read.text, text);
      assert.deepEqual([read.phrases, read.excluded], [[], []]);
      assert.equal(read.notDone.length, 1);
      assert.match(read.notDone[0] ?? '', told);
    });
  }

  test('nothing is told of what is done, or of signs of no meaning here', () => {
    for (const question of [
      '"heart failure" -mice',
      'the 5" screen',
      "Crohn's [review]",
      '2*3',
      'Carbone DP[au]',
      '10.1000/a.b(1)[doi]',
      '30094717[uid]',
      'https://www.example.org/a?b',
      'heart AND NOT liver',
      'THE HEART AND THE LIVER',
    ])
      assert.deepEqual(parseQuestion(question).notDone, [], question);
  });
});

describe('quotes beside other signs', () => {
  test('beside OR a phrase need not be there', () => {
    assert.deepEqual(parseQuestion('"heart failure" OR sleep').phrases, []);
    assert.deepEqual(parseQuestion('"heart failure" AND sleep').phrases, ['heart failure']);
  });

  test('doubled quotes are one, and a subheading of MeSH is no part of its heading', () => {
    assert.deepEqual(parseQuestion('""heart failure"" tea').phrases, ['heart failure']);
    assert.deepEqual(parseQuestion('"Heart Failure/therapy"[Mesh]').phrases, ['Heart Failure']);
  });

  test('a tag of an author is no word, and names are read by it', () => {
    const { text, tagged } = parseQuestion('Smith J[au] AND sleep[ti]');
    assert.equal(text, 'Smith J  AND sleep');
    assert.equal(tagged, 'Smith J[au] AND sleep');
    const quoted = parseQuestion('"Smith J"[Author] "deep sleep"');
    assert.equal(quoted.tagged, 'Smith J[Author] deep sleep');
    assert.deepEqual(quoted.phrases, ['deep sleep']);
  });

  test('an operator is never what is left out, and no name behind NOT is asked for', () => {
    for (const question of [
      'tea NOT english[la] AND leaf',
      'tea NOT Smith J[au] AND leaf',
      'tea NOT OR leaf',
    ]) {
      const { excluded, text, tagged } = parseQuestion(question);
      assert.deepEqual(excluded, [], question);
      assert.equal(tagged, text);
    }
    assert.deepEqual(parseQuestion('tea NOT (mice OR Smith J[au])').excluded, ['mice']);
    assert.deepEqual(parseQuestion('tea NOT mice AND Smith J[au]').excluded, ['mice']);
  });
});

describe('what a passage has to hold', () => {
  const words = (text: string) => toPassageWords('', { section: null, text });
  const holds = (phrase: string, text: string) =>
    toConditions({ phrases: [phrase], excluded: [] })?.holdsPhrases([words(text)]);

  test('the words of a phrase side by side, in any form, however they are joined', () => {
    assert.ok(holds('heart failure', 'Failure of hearts, and heart failures.'));
    assert.ok(!holds('heart failure', 'Failure of the heart; heart and kidney failure.'));
    assert.ok(holds('T-cell receptor', 'The T cell receptors'));
    assert.ok(holds('IL-6 receptor', 'IL6 receptor') && holds('il6 receptor', 'IL-6 receptor'));
    assert.ok(holds('NF-kappaB activation', 'NFκB activation'));
    assert.ok(!holds('IL-6', 'IL-60') && holds('IL-6', 'il6'));
    assert.ok(!holds('cat', 'a c at') && holds('cat', 'two cats'));
    assert.ok(holds('SNPs', 'One SNP') && holds('SNP', 'Two SNPs'));
    assert.ok(holds('SNPs of genes', 'Each SNP of genes') && !holds('LPS', 'LP'));
  });

  test('one word or phrase to leave out is enough', () => {
    const conditions = toConditions(parseQuestion('tea -mice -"green tea"'));
    assert.ok(conditions?.holdsExcluded([words('Tea in mice')]));
    assert.ok(conditions?.holdsExcluded([words('Green teas')]));
    assert.ok(!conditions?.holdsExcluded([words('Tea that is green')]));
    assert.ok(conditions?.holdsExcluded([words('Tea that is green'), words('Given to mice')]));
    assert.ok(toConditions(parseQuestion('genes -SNPs'))?.holdsExcluded([words('Genes with one SNP')]));
    assert.equal(toConditions(parseQuestion('plain words')), null);
  });
});
