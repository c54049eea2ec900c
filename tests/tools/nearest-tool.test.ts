import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listMcpTools } from '../../src/mcp/tool-list.ts';
import { createToolNames } from '../../src/mcp/tool-names.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { findNearestTool } from '../../src/tools/nearest-tool.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const names = createToolNames(
  TOOLS.map(({ name }) => name),
  'underscore',
);
const listed = listMcpTools(createCatalogue(TOOLS), names);

/** Names that other servers and models have, each with the tool that does it here. */
const MEANT: [given: string, name: string][] = [
  ['rag_serch', 'rag_search'],
  ['search_pubmed', 'pubmed_search'],
  ['searchPubMed', 'pubmed_search'],
  ['find_articles', 'rag_search'],
  ['search_papers', 'rag_search'],
  ['semantic_search', 'rag_search'],
  ['get_citation', 'pubmed_cite'],
  ['export_bibtex', 'pubmed_cite'],
  ['similar_articles', 'pubmed_related'],
  ['create_snapshot', 'corpus_checkpoint_create'],
  ['compare_checkpoints', 'corpus_checkpoint_diff'],
  ['list_checkpoints', 'corpus_checkpoint_list'],
  ['list_jobs', 'jobs_list'],
  ['get_job', 'jobs_get'],
  ['corpus_stats', 'corpus_status'],
  ['sync_pubmed', 'pubmed_sync'],
  ['rebuild_index', 'corpus_reindex'],
  ['health_check', 'ping'],
];

describe('the tool that was meant', () => {
  for (const [given, name] of MEANT) {
    test(`by ${given} is ${name}, in the form of the list`, () =>
      assert.equal(findNearestTool(given, listed), name));
  }

  test('by a word that no tool has is none', () => {
    for (const given of ['', 'toString', 'constructor', 'weather_forecast', 'x'.repeat(100_000)]) {
      assert.equal(findNearestTool(given, listed), null, given.slice(0, 20));
    }
  });
});
