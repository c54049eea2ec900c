import { corpusStatus } from './corpus-status.ts';
import type { Tool } from './define-tool.ts';
import { ping } from './ping.ts';
import { pubmedLoad } from './pubmed-load.ts';
import { ragGet } from './rag-get.ts';
import { ragSearch } from './rag-search.ts';

/** Every tool of this release, in the order in which the surfaces list them. */
export const TOOLS: readonly Tool[] = [ping, pubmedLoad, ragSearch, ragGet, corpusStatus];
