import { stem } from 'porter2';
import type { Atom } from './atoms.ts';
import type { OtherNames } from './word-book.ts';

/** Salts as their signs and as the other of two spellings. */
const SALTS = new Map(
  Object.entries({
    hcl: 'hydrochloride',
    hbr: 'hydrobromide',
    nacl: 'sodium chloride',
    kcl: 'potassium chloride',
    licl: 'lithium chloride',
    cacl2: 'calcium chloride',
    mgcl2: 'magnesium chloride',
    mgso4: 'magnesium sulfate',
    znso4: 'zinc sulfate',
    feso4: 'ferrous sulfate',
    nahco3: 'sodium bicarbonate',
    naf: 'sodium fluoride',
  }),
);
/** By the two words of a salt. */
const SIGNS = new Map(
  [...SALTS].filter(([, name]) => name.includes(' ')).map(([sign, name]) => [name, sign]),
);
const LAST_OF_SALT = new Set([...SIGNS.keys()].map((name) => name.split(' ').at(-1) ?? ''));
/** "besylate", "mesylate" */
const SULFONATE = /^((?:be|me|to|e|camp?)?)sylate$/;
/** Acids that texts as often call by their salts. */
const ACID =
  /^((?:di)?valpro|clavulan|ascorb|fol|lact|pyruv|glutam|aspart|citr|succin|fumar|mycophenol|(?:iband|zoled|alend|rised|pamid)ron)ic$/;
const AMINO_ACIDS = new Map(
  Object.entries({
    ...{ ala: 'a', arg: 'r', asn: 'n', asp: 'd', cys: 'c', gln: 'q', glu: 'e', gly: 'g', his: 'h', ile: 'i' },
    ...{ leu: 'l', lys: 'k', met: 'm', phe: 'f', pro: 'p', ser: 's', thr: 't', trp: 'w', tyr: 'y', val: 'v' },
    ...{ ter: 'x', del: 'del' },
  }),
);
/** "val600glu", "phe508del" */
const SUBSTITUTION = /^([a-z]{3})(\d{1,4})([a-z]{3})$/;
const NUMERALS = new Map(Object.entries({ i: '1', ii: '2', iii: '3', iv: '4', v: '5', vii: '7', viii: '8' }));
const COAGULATION = /^f(vii|viii)a?$/;
/** "dppiv", "mhcii", "apoai", "igfi" */
const NAME_AND_NUMERAL = /^(dpp|mhc|dsm|lc3b?|htlv|hsv|igf|ang|apo[ac])(i{1,3}|iv|v)$/;
const APOLIPOPROTEIN = /^apo(?:lipoprotein)?([a-e])(i{1,3}|iv|v|\d)?$/;
const DELETED = /^del$/;
/** What reads otherwise in one word: the pieces of it that have a name of their own. */
const PIECES: readonly [RegExp, string][] = [
  [/^p(stat\d[ab]?|akt\d?|erk\d|smad\d|jnk\d?|mek\d?|ampk|egfr|mtor|src|tau)$/, '$1'],
  [/^(cd\d{1,3})(?:high|hi|low|lo|bright|dim|neg|pos|int)$/, '$1'],
  [/^(h\d{1,2}n\d)pdm(?:09)?$/, '$1'],
  [/^(?:mirna|microrna)(\d{1,4}[a-z]?)$/, 'mir$1'],
  [/^del(\d{1,2}[pq])$/, 'delet $1'],
  [DELETED, 'delet'],
  [/^apoe([234])$/, 'apoee$1'],
  [/^a1c$/, 'hba1c'],
  [/^18fdg$/, '18ffdg fdg'],
  [/^her2neu$/, 'her2 neu'],
];
/** "lactic acid"; but the bacteria that make it are no lactate. */
const ACID_BEHIND = /^ acids?(?![a-z]|[ -](?:bacteri|produc))/i;
const NUMBER_BEHIND = /^\(\d/;
const LONGEST_BEHIND = 16;
/** "E. coli", "E.coli", "E-coli" */
const AFTER_GENUS = /^(?:\.? ?|-)$/;
const NONE: readonly string[] = [];
const LETTERS = /^[a-z]+$/;
/** Most names are written in one way. */
const MAY_BE_OTHER = /^[a-z]{3}\d{1,4}[a-z]{3}$|^(?:apo|dpp|mhc|dsm|lc3|htlv|hsv|igf|ang|fvii|lipoproteina)/;
/** Most words have none, which this tells at little cost. */
const MAY_HAVE =
  /[a-z]\d|^18fdg|cl$|^hbr|^naf|sylate|ic$|^del|^fv|^dpp|^mhc|^dsm|^htlv|^hsv|^igf|^ang|^apo|^p[ajmest]/;

/**
 * The tokens that stand for `word`, in lower case, beside its own: that of "V600E" for "Val600Glu", of
 * "hydrochloride" for "HCl". A text holds them as well, so that whoever asks in the usual way finds every
 * other one.
 */
function toOtherTokens(word: string): readonly string[] {
  if (!MAY_HAVE.test(word)) return NONE;
  const salt = SALTS.get(word);
  if (salt !== undefined) return salt.split(' ').map(stem);
  const usual = toUsualName(word);
  if (usual !== word) return [usual];
  if (!LETTERS.test(word)) return readPieces(word);
  if (SULFONATE.test(word)) return [stem(word.replace(SULFONATE, '$1silate'))];
  if (ACID.test(word)) return [stem(word.replace(ACID, '$1ate'))];
  return readPieces(word);
}

/**
 * The tokens that stand for `atom` of `folded` beside its own, by what is around it: "HCl" is a hydrochloride
 * and "HCL" a leukemia, "del(17p)" is a deletion and "del Mar" a place.
 */
export function listOtherTokens(folded: string, atom: Atom, before: Atom | undefined): readonly string[] {
  const { other } = atom.word;
  if (other === null) return NONE;
  const tokens = isMeant(folded, atom) ? other.tokens : NONE;
  const sign =
    before !== undefined && other.isLastOfSalt ? SIGNS.get(`${before.text} ${atom.text}`) : undefined;
  return sign === undefined ? tokens : [...tokens, sign];
}

function isMeant(folded: string, { text, asWritten, end }: Atom): boolean {
  if (SALTS.has(text)) return asWritten !== asWritten.toUpperCase();
  if (DELETED.test(text)) return NUMBER_BEHIND.test(folded.slice(end, end + 2));
  return !ACID.test(text) || ACID_BEHIND.test(folded.slice(end, end + LONGEST_BEHIND));
}

/** Of NaCl each of "sodium chloride" alone says too little. */
export function isSignOfTwoWords(word: string): boolean {
  return SALTS.get(word)?.includes(' ') === true;
}

/** The genera that `before` stands for, the first letters of one: "Escherichia" in "E. coli". */
export function findGenera(folded: string, atom: Atom, before: Atom | undefined): string[] {
  const genera = atom.word.other?.genera ?? NONE;
  if (genera.length === 0 || before === undefined) return [];
  return AFTER_GENUS.test(folded.slice(before.end, atom.start)) ? findShortened(genera, before.text) : [];
}

/** What `word`, in lower case, is another name for, whatever stands around it; `null`: nothing. */
export function toOtherNames(word: string): OtherNames | null {
  const [tokens, genera, isLastOfSalt] = [
    toOtherTokens(word),
    GENERA.get(word) ?? NONE,
    LAST_OF_SALT.has(word),
  ];
  return tokens.length + genera.length === 0 && !isLastOfSalt ? null : { tokens, genera, isLastOfSalt };
}

/** A name of several pieces, joined, as most texts write it: "V158M", "apoA1". */
export function toUsualName(name: string): string {
  if (!MAY_BE_OTHER.test(name)) return name;
  const [, from = '', at = '', to = ''] = SUBSTITUTION.exec(name) ?? [];
  const [first, second] = [AMINO_ACIDS.get(from), AMINO_ACIDS.get(to)];
  if (first?.length === 1 && second !== undefined) return `${first}${at}${second}`;
  const [, letter, number] = APOLIPOPROTEIN.exec(name) ?? [];
  if (letter !== undefined && (number !== undefined || name.length > 'apoe'.length))
    return `apo${letter}${toNumber(number ?? '')}`;
  if (name === 'lipoproteina') return 'lpa';
  const [, factor = ''] = COAGULATION.exec(name) ?? [];
  if (factor !== '') return `factor${toNumber(factor)}`;
  const [, short, numeral = ''] = NAME_AND_NUMERAL.exec(name) ?? [];
  return short === undefined ? name : `${short}${toNumber(numeral)}`;
}

/** Whether `word`, in lower case, is an amino acid as its three letters. */
export function isAminoAcid(word: string): boolean {
  return AMINO_ACIDS.get(word)?.length === 1;
}

function toNumber(numeral: string): string {
  return NUMERALS.get(numeral) ?? numeral;
}

function readPieces(word: string): readonly string[] {
  for (const [pattern, pieces] of PIECES)
    if (pattern.test(word)) return word.replace(pattern, pieces).split(' ');
  return NONE;
}
/** By species, the genera that are written as their first letter before it: "E. coli". */
const GENERA = new Map(
  (
    'coli escherichia, aureus staphylococcus, epidermidis staphylococcus, pyogenes streptococcus, mutans streptococcus, ' +
    'agalactiae streptococcus, pneumoniae streptococcus klebsiella mycoplasma chlamydia, faecalis enterococcus, ' +
    'faecium enterococcus, aeruginosa pseudomonas, baumannii acinetobacter, cloacae enterobacter, mirabilis proteus, ' +
    'influenzae haemophilus, meningitidis neisseria, gonorrhoeae neisseria, pertussis bordetella, pylori helicobacter, ' +
    'jejuni campylobacter, difficile clostridium clostridioides, botulinum clostridium, perfringens clostridium, ' +
    'tuberculosis mycobacterium, leprae mycobacterium, bovis mycobacterium, trachomatis chlamydia, burgdorferi borrelia, ' +
    'monocytogenes listeria, pneumophila legionella, cholerae vibrio, pestis yersinia, enterica salmonella, ' +
    'typhimurium salmonella, anthracis bacillus, subtilis bacillus, cereus bacillus, gingivalis porphyromonas, ' +
    'burnetii coxiella, pallidum treponema, acnes propionibacterium cutibacterium, albicans candida, auris candida, ' +
    'glabrata candida, fumigatus aspergillus, neoformans cryptococcus, jirovecii pneumocystis, falciparum plasmodium, ' +
    'vivax plasmodium, berghei plasmodium, gondii toxoplasma, cruzi trypanosoma, brucei trypanosoma, donovani leishmania, ' +
    'mansoni schistosoma, aegypti aedes, gambiae anopheles, elegans caenorhabditis, melanogaster drosophila, ' +
    'cerevisiae saccharomyces, thaliana arabidopsis, laevis xenopus, rerio danio, plantarum lactobacillus, ' +
    'rhamnosus lactobacillus, longum bifidobacterium, muciniphila akkermansia, prausnitzii faecalibacterium'
  )
    .split(', ')
    .map((line) => {
      const [species = '', ...genera] = line.split(' ');
      return [species, genera];
    }),
);

/** The genera of `genera` that `short`, in lower case, stands for: "e" and "staph", but no whole one. */
function findShortened(genera: readonly string[], short: string): string[] {
  return short === '' ? [] : genera.filter((genus) => short.length < genus.length && genus.startsWith(short));
}
