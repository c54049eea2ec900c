import type { CallOptions } from '../../domain/call-options.ts';
import { toChunkFilters } from '../search-filters.ts';
import type { ChunkQuery, SearchIndex } from '../search-index.ts';
import { toJournalKey } from './journal-keys.ts';

/** In names of journals, and hardly in the words of a topic. */
const OF_JOURNALS =
  /(?:^|\s)(?:journal|annals|archives|acta|proceedings|transactions|bulletin|lancet|bmj|jama|plos|bmc|frontiers|j)(?:\s|$)/;
const MOST_WORDS = 10;

/** The name of a journal of stored papers, where the question is one and nothing else; `null`: it is none. */
export async function findAskedJournal(
  index: Pick<SearchIndex, 'search'>,
  { question, ...ask }: { question: string } & Pick<ChunkQuery, 'membership'> & { vector: Float32Array },
  options: CallOptions,
): Promise<string | null> {
  const name = question.trim();
  const key = toJournalKey(name);
  if (!OF_JOURNALS.test(key) || key.split(' ').length > MOST_WORDS) return null;
  const filters = { ...toChunkFilters({ journals: [name] }), excludeRetracted: false };
  const hits = await index.search({ ...ask, text: '', mode: 'semantic', filters, limit: 1 }, options);
  return hits.length === 0 ? null : name;
}

export function tellJournal(name: string): string {
  const quoted = JSON.stringify(name);
  return `${quoted} is the name of a journal: filters.journals [${quoted}] narrows to its papers.`;
}
