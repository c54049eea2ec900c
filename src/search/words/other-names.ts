import { stem } from 'porter2';
import type { Atom } from './atoms.ts';
import { listGenera } from './genera.ts';
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
/** Units with a small mu, as its letter and as others write it: the compound of "µg" is that of "mcg". */
const UNITS = new Map(
  Object.entries({ mcg: 'mug', ug: 'mug', um: 'mum', ul: 'mul', umol: 'mumol', mcmol: 'mumol' }),
);
/** "um estudo" is Portuguese, and a student may be UG. */
const UNITS_AS_WORDS = new Set(['ug', 'um', 'ul']);
const BEFORE_UNIT = /\d[ -]?$/;
const PER = /^\/ ?(?:k?g|[dm]?l|min|h|day|d)(?![a-z])/i;
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
/** "c57bl6j", "balbcbyj" */
const SUBSTRAIN = /^(c57bl(?:6|10)|balbc)[a-z]+$/;
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
  [SUBSTRAIN, '$1'],
  [/^(rs\d{4,9})[acgt]$/, '$1'],
  [/^(p?t[0-4][a-d]?)(n[0-3][a-c]?)(m[01][a-c]?)$/, '$1 $2 $3'],
  [/^(p?t[0-4][a-d]?)(n[0-3][a-c]?)$/, '$1 $2'],
];
/** Pieces that are the whole name, and no more general one: "STAT3" says less than "pSTAT3". */
const SAME_PIECE = /^(?:(?:mirna|microrna)\d|apoe[234]$|a1c$|18fdg$)/;
/** By the token of one spelling that of the other. */
const SULFONATE_TOKENS = new Map(
  ['be', 'me', 'to', 'e', 'cam', 'camp'].map((base) => [stem(`${base}sylate`), stem(`${base}silate`)]),
);
/** "lactic acid"; but the bacteria that make it are no lactate. */
const ACID_BEHIND = /^ acids?(?![a-z]|[ -](?:bacteri|produc))/i;
const NUMBER_BEHIND = /^\(\d/;
const LONGEST_BEHIND = 16;
const NONE: readonly string[] = [];
const LETTERS = /^[a-z]+$/;
/** Most names are written in one way. */
const MAY_BE_OTHER = /^[a-z]{3}\d{1,4}[a-z]{3}$|^(?:apo|dpp|mhc|dsm|lc3|htlv|hsv|igf|ang|fvii|lipoproteina)/;
/** Most words have none, which this tells at little cost. */
const MAY_HAVE =
  /[a-z]\d|^18fdg|cl$|^hbr|^naf|sylate|ic$|^del|^fv|^dpp|^mhc|^dsm|^htlv|^hsv|^igf|^ang|^apo|^p[ajmest]|^balbc.|^(?:mc|u)(?:g|m|l|mol)$/;

/**
 * The tokens that stand for `word`, in lower case, beside its own: that of "V600E" for "Val600Glu", of
 * "hydrochloride" for "HCl". A text holds them as well, so that whoever asks in the usual way finds every
 * other one.
 */
function toOtherTokens(word: string): readonly string[] {
  if (!MAY_HAVE.test(word)) return NONE;
  const salt = SALTS.get(word);
  if (salt !== undefined) return salt.split(' ').map(stem);
  const unit = UNITS.get(word);
  if (unit !== undefined) return [unit];
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

function isMeant(folded: string, atom: Atom): boolean {
  const { text, start, end } = atom;
  if (SALTS.has(text)) return isMeantSalt(atom);
  if (UNITS_AS_WORDS.has(text))
    return (
      BEFORE_UNIT.test(folded.slice(Math.max(0, start - 2), start)) || PER.test(folded.slice(end, end + 6))
    );
  if (DELETED.test(text)) return NUMBER_BEHIND.test(folded.slice(end, end + 2));
  return !ACID.test(text) || ACID_BEHIND.test(folded.slice(end, end + LONGEST_BEHIND));
}

/** What `token` of an index is another name for, no more and no less: the tokens that may replace it. */
export function listSame(token: string): readonly string[] {
  const salt = SALTS.get(token);
  if (salt !== undefined) return salt.split(' ').map(stem);
  const unit = UNITS.get(token);
  if (unit !== undefined) return [unit];
  const sulfonate = SULFONATE_TOKENS.get(token);
  if (sulfonate !== undefined) return [sulfonate];
  const usual = toUsualName(token);
  if (usual !== token) return [usual];
  return SAME_PIECE.test(token) ? readPieces(token).slice(0, 1) : NONE;
}

/** Whether `letters`, tokens joined, may be what `listSame` or `toSaltOfAcid` tells of another token. */
export function mayBeNamed(letters: string, isWord: boolean): boolean {
  return (isWord && /\d|at$/.test(letters)) || NAMED_BY_SIGNS.has(letters);
}
const NAMED_BY_SIGNS = new Set([
  ...[...SALTS.values()].map((name) => name.split(' ').map(stem).join('')),
  ...SULFONATE_TOKENS.values(),
  ...UNITS.values(),
  'lpa',
]);

/** The token of "valproate" for "valproic", which "acid" stands behind; `null`: it is no such acid. */
export function toSaltOfAcid(token: string): string | null {
  return ACID.test(token) ? stem(token.replace(ACID, '$1ate')) : null;
}

/** "c57bl6" of "c57bl6j": mice of a substrain are of the strain; `null`: it is none. */
export function toStrain(token: string): string | null {
  return SUBSTRAIN.exec(token)?.[1] ?? null;
}

/** Whether it is a salt's sign as it is written: "HCl", and no "HCL". */
export function isMeantSalt({ text, asWritten }: Pick<Atom, 'text' | 'asWritten'>): boolean {
  return !SALTS.has(text) || asWritten !== asWritten.toUpperCase();
}

/** "sodium chloride", in lower case. */
export function isSaltOfTwo(first: string, second: string): boolean {
  return LAST_OF_SALT.has(second) && SIGNS.has(`${first} ${second}`);
}

/** Of NaCl each of "sodium chloride" alone says too little. */
export function isSignOfTwoWords(word: string): boolean {
  return SALTS.get(word)?.includes(' ') === true;
}

/** What `word`, in lower case, is another name for, whatever stands around it; `null`: nothing. */
export function toOtherNames(word: string): OtherNames | null {
  const [tokens, genera, isLastOfSalt] = [toOtherTokens(word), listGenera(word), LAST_OF_SALT.has(word)];
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
