import type { Citation } from '../domain/document/document.ts';
import { isTitleStandIn } from '../domain/document/title-stand-in.ts';

export interface Titles {
  /** Without NLM's final full stop and without the brackets of a translated title. */
  title: string | null;
  /** In the work's own language, where the record has it beside a translation. */
  vernacularTitle: string | null;
  /** `title` is NLM's translation of it. */
  isTranslated: boolean;
}

/** Where no title was ever translated, the one in the work's own language is its title. */
export function readTitles({ title, vernacular_title: own, languages }: Citation): Titles {
  const given = readTitle(title);
  const vernacular = readTitle(own);
  if (given === null) {
    const inner = vernacular === null ? null : findBracketed(vernacular);
    return { title: inner ?? vernacular, vernacularTitle: null, isTranslated: false };
  }
  const inner = findBracketed(given);
  const isTranslated = inner !== null && (own !== null || languages.some((code) => code !== 'eng'));
  return { title: isTranslated ? inner : given, vernacularTitle: vernacular, isTranslated };
}

/** PubMed's remark on the language, which some publishers send in the title. */
const LANGUAGE_REMARK = /\[[Aa]rticle in \p{Lu}[\p{L}-]{2,20}(?:(?:[,;]| and) \p{Lu}[\p{L}-]{2,20}){0,5}\]/u;

/** `null` where it stands for no title. */
function readTitle(sent: string | null): string | null {
  const title = withoutRemark((sent ?? '').trim());
  return isTitleStandIn(title) ? null : trimTitle(title);
}

/** Without "[Article in German]" at one of its ends, where there is more. */
function withoutRemark(title: string): string {
  const found = LANGUAGE_REMARK.exec(title);
  if (found === null) return title;
  const before = title.slice(0, found.index).trim();
  const behind = title.slice(found.index + found[0].length).trim();
  if (before === '') return behind === '' ? title : behind;
  return behind === '' || behind === '.' ? before : title;
}

/** "Title." but not "Title..." and not "[Title]?". */
export function trimTitle(title: string): string {
  return title
    .trim()
    .replace(/(?<!\.)[.。．](\]?)$/, '$1')
    .trim();
}

/** What stands in one pair of brackets around all of it; "[3H]ouabain and [14C]" has two. */
function findBracketed(title: string): string | null {
  if (!title.startsWith('[') || !title.endsWith(']')) return null;
  let depth = 0;
  for (let at = 0; at < title.length; at += 1) {
    if (title[at] === '[') depth += 1;
    else if (title[at] === ']') depth -= 1;
    if (depth === 0) return at === title.length - 1 ? trimTitle(title.slice(1, -1)) : null;
  }
  return null;
}
