import { findNameLists, type NameList } from './name-lists.ts';
import { SUSPENDED, TYPED_SHORT, toWhole } from './names-apart.ts';

/** "myocardial I/R", "histology H&E", "patients w/o": mostly one abbreviation. */
const SHORTENED = /(?<!\p{L})\p{L} ?[/&] ?\p{L}(?!\p{L})/u;
/** "p.V600E", "p.(Val600Glu)", "c.677C>T", "c.35delG": what they are of is no word. */
const LEVEL = /(?<![\p{L}\p{N}.])[pcg]\.\(?(?=[a-z]{1,3}\d|\d{2,5}(?:[acgt]|del|dup|ins))/giu;
/** "677C>T", "C677→T", "677C/T" */
const SUBSTITUTION =
  /(?<![\p{L}\p{N}])(?:(\d{2,5}) ?([acgt])|([acgt])(\d{2,5}))(?: ?(?:>|→|->) ?|\/)([acgt])(?![\p{L}\p{N}])/giu;
/** "HPV types 16 and 18", as `foldText` has it */
const TYPED = new RegExp(
  `(?<![\\p{L}\\p{N}])(${TYPED_SHORT})((?: (?:sero|geno)?type \\d{1,2})+)(?![\\p{L}\\p{N}]| diabetes)`,
  'gu',
);
/** "del(17p)", "del(13q14)" */
const DELETION = /(?<![\p{L}\p{N}])del\((\d{1,2}[pq]\d{0,2})/giu;
const NEIGHBOURS = /\b(?:A\/B|B\/C|C\/D|D\/E)\b/;

/** A question in the form of `foldText` without what stands within its names. */
export function joinNames(folded: string): string {
  return folded
    .replaceAll(LEVEL, '')
    .replaceAll(DELETION, '$1 deletion (')
    .replaceAll(
      SUBSTITUTION,
      (_, number = '', base = '', first = '', at = '', other = '') => `${base}${first}${number}${at}${other}`,
    )
    .replaceAll(TYPED, (_, name: string, types: string) =>
      (types.match(/\d+/g) ?? []).map((number) => `${name} ${number}`).join(' '),
    )
    .replaceAll(SUSPENDED, (written, first: string, other: string, end?: string) => {
      const whole = toWhole(first, other, end);
      return whole === null ? written : `${whole} ${other}${end === undefined ? '' : `-${end}`}`;
    });
}

/**
 * A question in the form of `foldText` with each name of its lists in full: in a text such a list is as often
 * none, so the words as they are written have to be asked for, too.
 */
export function spellOutAsked(folded: string): string {
  let spelled = '';
  let from = 0;
  for (const list of findNameLists(folded)) {
    if (list.start < from || isShortened(folded, list)) continue;
    spelled += folded.slice(from, list.start) + list.names.join(' ');
    from = list.end;
  }
  return spelled + folded.slice(from);
}

function isShortened(folded: string, { start, end, names: [first = ''] }: NameList): boolean {
  const written = folded.slice(start, end);
  const isOne = written.startsWith(first) || first.at(-1) === first.at(-1)?.toLowerCase();
  return isOne && SHORTENED.test(written.replaceAll(/and\/or/gi, 'and')) && !NEIGHBOURS.test(written);
}
