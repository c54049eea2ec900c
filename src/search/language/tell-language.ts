import type { CallOptions } from '../../domain/call-options.ts';
import type { Membership, SearchIndex } from '../search-index.ts';
import type { AskedLanguage } from './asked-language.ts';

interface ToldLanguage {
  language: AskedLanguage;
  membership: Membership;
  /** Whether papers are shown. */
  isAnswered: boolean;
}

/** That a question in another language finds little, and what is stored in it. */
export async function tellLanguage(
  index: SearchIndex,
  { language: { code, name }, membership, isAnswered }: ToldLanguage,
  options: CallOptions,
): Promise<string> {
  const counts = await index.countNames({ kind: 'languages', pieces: [code], membership }, options);
  const held = counts.get(code) ?? 0;
  const reads = `The question reads as ${name}`;
  const shared = isAnswered ? '; what is shown shares some words with it, no more' : '';
  if (held === 0) return `${reads}, and no stored paper is in ${name}: ask in English${shared}.`;
  const papers = held === 1 ? '1 stored paper is' : `${held} stored papers are`;
  return `${reads}. ${papers} in ${name} and may be found by their own titles; ask in English to find the others.`;
}
