import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toConditions } from '../../../src/search/phrases/conditions.ts';
import { HeldWords } from '../../../src/search/phrases/held-words.ts';
import { toPhraseTest } from '../../../src/search/phrases/phrases.ts';
import { toAskedWords } from '../../../src/search/words/asked-words.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';
import { toToken } from '../../../src/search/words/tokens.ts';

function holds(phrase: string, text: string): boolean {
  const passage = toPassageWords('', { section: null, text });
  return toConditions({ phrases: [phrase], excluded: [] })?.holdsPhrases([passage]) === true;
}

/** Whether the index brings the text at all: it shares one word with the question. */
function isBrought(phrase: string, text: string): boolean {
  const held = new Set(toPassageWords('', { section: null, text }).split(' '));
  return toAskedWords(phrase).some(({ tokens }) => tokens.some((token) => held.has(token)));
}

/** How often each word of a passage is read on average. */
function countReads(phrase: string, text: string): number {
  const passage = new HeldWords(toPassageWords('', { section: null, text }));
  const { length } = passage.tokens;
  let reads = 0;
  const tokens = new Proxy(passage.tokens, {
    get(words, key, receiver) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
      return Reflect.get(words, key, receiver);
    },
  });
  Object.defineProperty(passage, 'tokens', { value: tokens });
  assert.equal(toPhraseTest(phrase, toToken)(passage), false);
  return reads / length;
}

describe('a phrase in quotes stands in a text with each of its names in any way', () => {
  const phrases = `metformin hydrochloride, metformin HCl
    infusion of sodium chloride, infusion of NaCl
    amlodipine besylate tablets, amlodipine besilate tablets
    E. coli strains, Escherichia coli strains, E coli strain
    S. aureus isolates, Staph. aureus isolates, Staphylococcus aureus isolates
    tumor necrosis factor-alpha, TNF-α, TNFA, tumour necrosis factor α
    tumor necrosis factor-alpha blockers, TNF-α blockers, TNFα blockers, tumour necrosis factor (TNF)-α blockers
    transforming growth factor beta 1 levels, TGF-β1 levels, TGFB1 levels, transforming growth factor (TGF)-β1 levels
    IL-6 receptor antibody, interleukin-6 receptor antibody, interleukin 6 receptor antibodies, IL6 receptor antibody
    IL-1β production, IL1B production, interleukin-1 beta production
    stage IIIA lung cancer, stage 3a lung cancer
    resistant E. coli strains, resistant Escherichia coli strains
    5 mcg of, 5 µg of
    GJB2 35delG mutation, GJB2 c.35delG mutation
    BRAF V600E mutation, BRAF p.V600E mutation, BRAF Val600Glu mutation, BRAF p.Val600Glu mutation
    MTHFR C677T polymorphism, MTHFR 677C>T polymorphism, MTHFR c.677C>T polymorphism
    HPV16 infection, HPV type 16 infection, HPV-16 infection
    toll-like receptor 4 signaling, TLR4 signalling, TLR-4 signaling
    nuclear factor-κB activation, NF-κB activation, NF-kB activation, nuclear factor kappa B activation
    serum insulin-like growth factor-1 levels, serum IGF-1 levels, serum IGF-I levels
    hypoxia-inducible factor 1 alpha, HIF-1α, HIF1A
    99mTc scan, Tc-99m scan, technetium-99m scan
    immunoglobulin G antibodies, IgG antibodies
    apolipoprotein A-I levels, apoA-I levels, apoA1 levels`;
  for (const line of phrases.split('\n'))
    test(line.trim(), () => {
      const forms = line.split(',').map((form) => form.trim());
      const apart = forms.flatMap((asked) =>
        forms
          .filter((text) => !holds(asked, `We saw ${text} there.`) || !isBrought(asked, `Saw ${text}.`))
          .map((text) => `${asked} / ${text}`),
      );
      assert.deepEqual(apart, []);
    });

  test('and in one that lists it, or says more', () => {
    const held: [phrase: string, text: string][] = [
      ['hepatitis B virus', 'hepatitis A and B virus'],
      ['IL-10 production', 'IL-6 and -10 production'],
      ['type 2 diabetes', 'types 1 and 2 diabetes'],
      ['BRCA2 carriers', 'BRCA1/2 carriers'],
      ['valproate monotherapy', 'valproic acid monotherapy'],
      ['hydrochloride', 'metformin HCl'],
      ['APOE ε4 carriers', 'APOE4 carriers'],
      ['NYHA III patients', 'NYHA functional class III patients'],
      ['AAV9 vectors', 'AAV serotype 9 vectors'],
      ['female C57BL/6 mice', 'female C57BL/6J mice'],
      ['female BALB/c mice', 'female BALB/cByJ mice'],
    ];
    assert.deepEqual(
      held.filter(([phrase, text]) => !holds(phrase, `We saw ${text} there.`)),
      [],
    );
  });

  test('and in none that has another name, or the words apart', () => {
    const other: [phrase: string, text: string][] = [
      ['metformin hydrochloride', 'metformin in HCL'],
      ['metformin hydrochloride', 'metformin or HCl'],
      ['Escherichia coli', 'vitamin E. Coliform'],
      ['Escherichia coli', 'E. faecalis and coli'],
      ['TNF-α blockers', 'TNF a blocker'],
      ['TNF-α blockers', 'TNF-β blockers'],
      ['pSTAT3 activation', 'STAT3 activation'],
      ['pSTAT3', 'STAT3'],
      ['sodium', 'NAF cytology'],
      ['STAT3 activation', 'pSTAT3 activation'],
      ['IL-6 receptor', 'interleukin-16 receptor'],
      ['IL-6 receptor', 'IL-6 and its receptor'],
      ['IL-6 receptor', 'interleukin-10, 6 receptors, and IL-6'],
      ['valproic acid therapy', 'valproate therapy'],
      ['lactate production', 'lactic acid bacteria production'],
      ['hepatitis B virus', 'hepatitis A and a B virus'],
      ['CKD 2', 'CKD type 2 diabetes'],
      ['stage III disease', 'stage II disease'],
      ['Clostridium difficile', 'C. elegans difficile'],
      ['cat', 'a c at'],
      ['C57BL/6J mice', 'C57BL/6 mice'],
      ['C57BL/6J mice', 'C57BL/6N mice'],
    ];
    assert.deepEqual(
      other.filter(([phrase, text]) => holds(phrase, `We saw ${text} there.`)),
      [],
    );
  });

  test('a name that a passage repeats is looked for once from each place', () => {
    const phrase = `${'IL-6 '.repeat(40)}receptor`;
    assert.equal(holds(phrase, `${'interleukin-6 '.repeat(60)}antibody`), false);
    assert.equal(holds(phrase, `${'interleukin-6 '.repeat(60)}receptor`), true);
  });

  test('a long phrase, or one that begins with a usual word, takes few looks at each word of a passage', () => {
    const usual = 'The role of 12 cells in the lung, and that of 10 of the others. ';
    for (const phrase of ['the treatment of patients', '12 patients'])
      assert.ok(countReads(phrase, usual.repeat(20)) < 10, phrase);
    for (const name of ['IL-6, ', 'stage 1, ', 'TNF-α '])
      assert.ok(countReads(`${name.repeat(60)}receptor`, name.repeat(200)) < 300, name);
  });
});
