import type { CallOptions } from '../../domain/call-options.ts';
import type { ChunkQuery, SearchIndex } from '../search-index.ts';
import type { AskedWord } from '../words/asked-words.ts';
import { type AskedLanguage, readLanguage } from './asked-language.ts';

interface AskedQuestion {
  ask: Pick<ChunkQuery, 'text' | 'membership' | 'mode'>;
  asked: readonly AskedWord[];
  /** Of the words that were weighed; none are where meaning alone is searched. */
  unknown: readonly string[];
}

/** See `readLanguage`. In `semantic` the words are weighed where the letters alone tell another language. */
export async function findLanguage(
  index: SearchIndex,
  { ask, asked, unknown }: AskedQuestion,
  options: CallOptions,
): Promise<AskedLanguage | null> {
  const read = (count: number) => readLanguage(ask.text, { asked: asked.length, unknown: count });
  if (ask.mode !== 'semantic') return read(unknown.length);
  return read(asked.length) && read((await index.weigh(ask, options)).unknown.length);
}
