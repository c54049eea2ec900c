import type { CallOptions } from '../../domain/call-options.ts';
import { toChunkFilters } from '../search-filters.ts';
import type { ChunkQuery, SearchIndex } from '../search-index.ts';
import { toJournalKey } from './journal-keys.ts';

/** In names of journals, and hardly in the words of a topic. */
const OF_JOURNALS =
  /(?:^|\s)(?:journal|annals|ann|archives|arch|acta|proceedings|proc|transactions|bulletin|lancet|bmj|jama|plos|bmc|frontiers|nature(?=\s\S)|cochrane|reports|j)(?:\s|$)/;
const MOST_WORDS = 10;

/**
 * The name of a journal of stored papers, where the question is one and nothing else; `null`: it is none. A
 * name that may be a topic ("Blood") is one where nothing answers the question.
 */
export async function findAskedJournal(
  index: Pick<SearchIndex, 'search'>,
  {
    question,
    isAnswered,
    ...ask
  }: { question: string; isAnswered: boolean } & Pick<ChunkQuery, 'membership'> & { vector: Float32Array },
  options: CallOptions,
): Promise<string | null> {
  const name = question.trim();
  const key = toJournalKey(name);
  if ((isAnswered && !OF_JOURNALS.test(key)) || key.split(' ').length > MOST_WORDS) return null;
  const filters = { ...toChunkFilters({ journals: [name] }), excludeRetracted: false };
  const hits = await index.search({ ...ask, text: '', mode: 'semantic', filters, limit: 1 }, options);
  return hits.length === 0 ? null : name;
}

export function tellJournal(name: string): string {
  const quoted = JSON.stringify(name);
  return `${quoted} is the name of a journal: filters.journals [${quoted}] narrows to its papers.`;
}
