import { isAscii, isGreekName } from './fold-text.ts';

/** A piece of a run of letters and digits, and how it hangs together with the one before. */
export interface Piece {
  from: number;
  to: number;
  glue: 'tight' | null;
}

const LONGEST_NAMED = 14;
const SHORTEST_NAMED = 3;
/** "beta1", "kappab" */
const GREEK_AND_NUMBER = /^(?:([a-z]{2,7})\d+|(kappa)b\d?)$/;
/** "tnfalpha", "il1beta", "tgfbeta1", "nfkappab", "ikappabalpha", the end of "IL-1beta" */
const NAME_AND_GREEK =
  /^([a-z]{1,5}\d{0,2}|[a-z]{1,3}\d[a-z]|\d{1,2}[a-z]?)(alpha|beta|gamma|delta|epsilon|zeta|kappa)(\d{1,2}|[a-z]\d?)?(alpha|beta|epsilon)?$/;
/** "10mg". Units of one letter stand in names ("18F", "5S"). */
const NUMBER_AND_UNIT =
  /^(\d{1,5})(?:mg|kg|ml|dl|mm|cm|nm|mmol|nmol|kda|hz|khz|mhz|gy|min|hrs?|yrs?|wks?|iu)$/;
/** "p16ink4a", "p38mapk" */
const PROTEIN_AND_NAME = /^(p\d{2})[a-z]{3,4}\d?[a-z]?$/;
/** "brafv600e", "jak2v617f": the letters are those of amino acids. */
const GENE_AND_MUTATION = /^([a-z]{3,5}\d?)[ac-ik-np-tvwy]\d{2,4}[ac-ik-np-tvwy]$/;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
const FIRST_UNSPACED = 0x2e80;

/**
 * The pieces of `text`, a run of letters and digits in lower case; `null`: it is one, as most are. Words that
 * are written without blanks between them come as every two neighbouring signs.
 */
export function toPieces(text: string): Piece[] | null {
  if (!isAscii(text)) return isUnspaced(text) ? toNeighbours(text) : null;
  if (text.length < SHORTEST_NAMED || text.length > LONGEST_NAMED) return null;
  const [, number] = (isDigit(text.charCodeAt(0)) && NUMBER_AND_UNIT.exec(text)) || [];
  if (number !== undefined) return cut(text, [number.length], null);
  const [, gene] = (hasDigit(text) && (PROTEIN_AND_NAME.exec(text) ?? GENE_AND_MUTATION.exec(text))) || [];
  if (gene !== undefined) return cut(text, [gene.length], 'tight');
  const [, numbered, greek = numbered] = (mayEndInNumber(text) && GREEK_AND_NUMBER.exec(text)) || [];
  if (greek !== undefined && isGreekName(greek)) return cut(text, [greek.length], 'tight');
  const [, name = '', ...more] = NAME_AND_GREEK.exec(text) ?? [];
  if (name === '') return null;
  const ends = [name.length];
  for (const piece of more) if (piece !== undefined) ends.push((ends.at(-1) ?? 0) + piece.length);
  return cut(text, ends.slice(0, -1), 'tight');
}

/** Most words do not, which costs less to see than to look for a name in them. */
function mayEndInNumber(text: string): boolean {
  return isDigit(text.charCodeAt(text.length - 1)) || text.startsWith('kappab');
}

function hasDigit(text: string): boolean {
  return /\d/.test(text);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function cut(text: string, at: readonly number[], glue: Piece['glue']): Piece[] {
  const ends = [...at, text.length];
  return ends.map((to, index) => ({ from: ends[index - 1] ?? 0, to, glue: index === 0 ? null : glue }));
}

function isUnspaced(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= FIRST_UNSPACED) return true;
  return false;
}

/** "2型糖尿病" is 2, 型糖, 糖尿, 尿病. */
function toNeighbours(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: run, index } of text.matchAll(UNSPACED)) {
    if (index > from) pieces.push({ from, to: index, glue: null });
    const ends = [...run].map((sign) => sign.length);
    let at = index;
    for (const [place, length] of ends.entries()) {
      const next = ends[place + 1];
      if (next !== undefined || ends.length === 1)
        pieces.push({ from: at, to: at + length + (next ?? 0), glue: null });
      at += length;
    }
    from = index + run.length;
  }
  if (from < text.length) pieces.push({ from, to: text.length, glue: null });
  return pieces;
}
