/** A design, and what value it has: see `BY_PUBLICATION_TYPE`. */
export interface ToldDesign {
  value: number;
  name: string;
  /** Of people. */
  isTrial: boolean;
}

/** Words in this order, each at most `within` words behind the one before; any word of a step will do. */
interface Saying<Step> {
  steps: readonly Step[];
  within: number;
}

const list = (words: string) => words.split(' ');
export const PEOPLE = list(
  'patients participants subjects individuals persons people women men children adults infants neonates volunteers ' +
    'adolescents girls boys veterans nurses students residents',
);
const WE = list('we authors');
const THIS = list('this our present');
const BE = list('was were are');
const DID = list('conducted performed did undertook carried designed');
const DONE = list('conducted performed undertaken carried done used');
const META = list('meta-analysis meta-analyses metaanalysis metaanalyses');
const RANDOMISED = list('randomized randomised');
const ASSIGNED = list('assigned allocated divided');
const STUDY = list('trial study');
const FREE = list('single-arm one-arm non-randomized non-randomised nonrandomized nonrandomised open-label');
const SIDEWAYS = list('cross-sectional crosssectional');
const KINDS_OF_COHORT = list(
  'this our population-based nationwide multicenter multicentre multi-center longitudinal',
);
const LOOKED_BACK = list(
  'study cohort analysis review chart analyzed analysed reviewed collected evaluated studied identified',
);
/** A sentence that speaks of studies that others should do. */
const WANTED = new Set(list('needed required warranted future further lacking should'));

/** What is said of the study at hand, the strongest first: "we conducted a randomised trial". */
const DESIGNS: readonly [value: number, name: string, sayings: readonly Saying<readonly string[]>[]][] = [
  [
    1,
    'a meta-analysis',
    [
      { steps: [WE, DID, META], within: 8 },
      { steps: [THIS, META], within: 4 },
      { steps: [META, BE, DONE], within: 2 },
    ],
  ],
  [
    0.95,
    'a systematic review',
    [
      { steps: [WE, DID, ['systematic'], ['review', 'search']], within: 4 },
      { steps: [THIS, ['systematic'], ['review']], within: 2 },
      { steps: [['we'], ['systematically'], ['searched', 'reviewed']], within: 1 },
      { steps: [['systematic'], ['review', 'search'], BE, DONE], within: 2 },
    ],
  ],
  [
    0.85,
    'a randomised trial',
    [
      { steps: [PEOPLE, BE, RANDOMISED], within: 6 },
      { steps: [PEOPLE, BE, ['randomly'], ASSIGNED], within: 6 },
      { steps: [['randomly'], ASSIGNED, PEOPLE], within: 6 },
      { steps: [THIS, RANDOMISED, STUDY], within: 5 },
      { steps: [WE, DID, RANDOMISED, STUDY], within: 7 },
    ],
  ],
  [0.65, 'a trial without randomisation', [{ steps: [FREE, STUDY], within: 4 }]],
  [
    0.6,
    'a prospective study',
    [
      { steps: [['prospective'], ['study', 'cohort', 'registry', 'trial']], within: 4 },
      { steps: [PEOPLE, BE, ['prospectively']], within: 4 },
    ],
  ],
  [0.55, 'a cohort study', [{ steps: [KINDS_OF_COHORT, ['cohort']], within: 3 }]],
  [
    0.5,
    'a retrospective study',
    [
      { steps: [['retrospective', 'retrospectively'], LOOKED_BACK], within: 4 },
      { steps: [list('were was we'), ['retrospectively']], within: 1 },
    ],
  ],
  [0.5, 'a case-control study', [{ steps: [['case-control'], list('study analysis design')], within: 3 }]],
  [0.5, 'a cross-sectional study', [{ steps: [SIDEWAYS, list('study survey analysis design')], within: 4 }]],
  [
    0.25,
    'a case report',
    [
      {
        steps: [
          list('we authors here'),
          list('report present describe reported presented described'),
          list('a an the one two three'),
          list('case cases patient patients'),
        ],
        within: 5,
      },
      { steps: [['this'], ['case'], list('report highlights illustrates demonstrates')], within: 1 },
    ],
  ],
];
const TRIALS = new Set(['a randomised trial', 'a trial without randomisation']);
/** The same, to be looked up: a load does so for every word of every abstract. */
const STEPS: ReadonlySet<string>[] = [];
const LOOKED_UP = DESIGNS.map(([value, name, sayings]) => ({
  design: { value, name, isTrial: TRIALS.has(name) },
  sayings: sayings.map(({ steps, within }) => ({
    steps: steps.map((step) => new Set(step)),
    within,
    /** Their places in `STEPS`. */
    places: steps.map((step) => STEPS.push(new Set(step)) - 1),
  })),
}));
/** By word, the places of the steps that it makes; none: whoever says it speaks of what others should do. */
const PLACES = new Map<string, readonly number[]>();
for (const word of STEPS.flatMap((step) => [...step])) {
  PLACES.set(
    word,
    STEPS.flatMap((step, place) => (step.has(word) ? [place] : [])),
  );
}
for (const word of WANTED) PLACES.set(word, []);

/** The design that a text says that its own study has, sentence by sentence; `null`: it says none. */
export function findToldDesign(sentences: readonly (readonly string[])[]): ToldDesign | null {
  const held = new Uint8Array(STEPS.length);
  const own = sentences.filter((words) => isOfOwn(words, held));
  if (own.length === 0) return null;
  for (const { design, sayings } of LOOKED_UP) {
    const possible = sayings.filter(({ places }) => places.every((place) => held[place] === 1));
    if (possible.some((saying) => own.some((words) => says(words, saying)))) return design;
  }
  return null;
}

/** Whether a sentence speaks of the study at hand; notes the steps of its words in `held`. */
function isOfOwn(words: readonly string[], held: Uint8Array): boolean {
  const places: number[] = [];
  for (const word of words) {
    const made = PLACES.get(word);
    if (made === undefined) continue;
    if (made.length === 0) return false;
    places.push(...made);
  }
  for (const place of places) held[place] = 1;
  return places.length > 0;
}

function says(
  words: readonly string[],
  { steps: [first, ...others], within }: Saying<ReadonlySet<string>>,
): boolean {
  return words.some((word, from) => {
    if (first?.has(word) !== true) return false;
    let at = from;
    return others.every((step) => {
      const next = words.slice(at + 1, at + 1 + within).findIndex((one) => step.has(one));
      at += next + 1;
      return next >= 0;
    });
  });
}
