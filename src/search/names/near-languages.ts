import type { CallOptions } from '../../domain/call-options.ts';
import { toFilterKey } from '../filter-key.ts';
import { listLanguages, nameLanguage } from '../language-codes.ts';
import type { Membership, SearchIndex } from '../search-index.ts';
import { chooseNearest, type NearName } from './nearest-names.ts';

/**
 * The languages of the corpus that a misspelt name is closest to, by their English names and by what
 * they call themselves ("englisch", "deutsch"): the index knows them by three letters, which say
 * nothing of spelling.
 */
export async function findNearLanguages(
  index: Pick<SearchIndex, 'countNames'>,
  { name, membership }: { name: string; membership: Membership },
  options: CallOptions,
): Promise<NearName[]> {
  const codes = new Map<string, string>();
  for (const { code, iso, name: english } of listLanguages()) {
    codes.set(toFilterKey(english), code);
    const own = iso === null ? undefined : nameInItself(iso);
    if (own !== undefined) codes.set(toFilterKey(own), code);
  }
  const near = chooseNearest('languages', name, new Map([...codes.keys()].map((key) => [key, 0])));
  const meant = [...new Set(near.map((one) => codes.get(one.name) ?? ''))].filter((code) => code !== '');
  if (meant.length === 0) return [];
  const counts = await index.countNames({ kind: 'languages', pieces: meant, membership }, options);
  return meant.flatMap((code) => {
    const documents = counts.get(code) ?? 0;
    return documents === 0 ? [] : [{ name: nameLanguage(code)?.toLowerCase() ?? code, documents }];
  });
}

function nameInItself(iso: string): string | undefined {
  // Where this Node lacks the language, in English rather than in that of the machine.
  return new Intl.DisplayNames([iso, 'en'], { type: 'language', fallback: 'none' }).of(iso);
}
