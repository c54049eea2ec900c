import { corpusCheckpointCreate } from './corpus-checkpoint-create.ts';
import { corpusCheckpointDelete } from './corpus-checkpoint-delete.ts';
import { corpusCheckpointDiff } from './corpus-checkpoint-diff.ts';
import { corpusCheckpointGet } from './corpus-checkpoint-get.ts';
import { corpusCheckpointList } from './corpus-checkpoint-list.ts';
import { corpusReindex } from './corpus-reindex.ts';
import { corpusStatus } from './corpus-status.ts';
import type { Tool } from './define-tool.ts';
import { createJobsGet } from './jobs-get.ts';
import { createJobsList } from './jobs-list.ts';
import { ping } from './ping.ts';
import { pubmedCite } from './pubmed-cite.ts';
import { pubmedGet } from './pubmed-get.ts';
import { pubmedLoad } from './pubmed-load.ts';
import { pubmedRelated } from './pubmed-related.ts';
import { pubmedSearch } from './pubmed-search.ts';
import { pubmedSync } from './pubmed-sync.ts';
import { pubmedSyncIncremental } from './pubmed-sync-incremental.ts';
import { ragGet } from './rag-get.ts';
import { ragSearch } from './rag-search.ts';

/** In the order in which the surfaces list them. A new tool is a line here. */
const CORPUS_TOOLS: readonly Tool[] = [
  ping,
  pubmedSearch,
  pubmedGet,
  pubmedRelated,
  pubmedCite,
  pubmedSync,
  pubmedSyncIncremental,
  pubmedLoad,
  ragSearch,
  ragGet,
  corpusCheckpointCreate,
  corpusCheckpointGet,
  corpusCheckpointList,
  corpusCheckpointDiff,
  corpusCheckpointDelete,
  corpusReindex,
  corpusStatus,
];

/** Every tool of this release. */
export const TOOLS: readonly Tool[] = createTools();

/** The tools of this release and others beside them; last come those that tell of the jobs of all. */
export function createTools(others: readonly Tool[] = []): readonly Tool[] {
  const all: Tool[] = [...CORPUS_TOOLS, ...others];
  all.push(createJobsGet({ findTool: (name) => all.find((tool) => tool.name === name) }));
  all.push(createJobsList({ toolNames: () => all.map(({ name }) => name) }));
  return all;
}
