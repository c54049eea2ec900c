import { findNameLists, type NameList } from './name-lists.ts';

/** "myocardial I/R", "histology H&E", "patients w/o": mostly one abbreviation. */
const SHORTENED = /(?<!\p{L})\p{L} ?[/&] ?\p{L}(?!\p{L})/u;
const NEIGHBOURS = /\b(?:A\/B|B\/C|C\/D|D\/E)\b/;

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
