import { findNearestName } from '../../errors/nearest-name.ts';

/**
 * Names that other programs and models have for the same thing. A tool has one or two of a line; whoever
 * writes another of the line is told which.
 */
const SAME: readonly (readonly string[])[] = [
  'query term q text question keywords search_term search prompt topic'.split(' '),
  'top_k limit k n count size max max_results num_results number results per_page page_size retmax'.split(
    ' ',
  ),
  'pmids pmid doc_id ids id doc_ids document_id paper_id article_id pubmed_id uid uids'.split(' '),
  'date_from since from start start_date from_date after mindate min_date begin published_after'.split(' '),
  'date_to to until end end_date to_date before maxdate max_date published_before'.split(' '),
  'year_from year min_year start_year from_year years'.split(' '),
  'year_to year max_year end_year to_year'.split(' '),
  'publication_types types type article_type article_types study_type study_types design pt'.split(' '),
  'mesh mesh_terms mesh_headings headings subjects descriptors'.split(' '),
  'journals journal venue source'.split(' '),
  'languages language lang'.split(' '),
  'search_mode mode method strategy'.split(' '),
  'exclude_retracted retracted include_retracted with_retracted'.split(' '),
  'rerank_by_quality rerank quality'.split(' '),
  'return_chunks chunks passages include_passages'.split(' '),
  'checkpoint_id checkpoint snapshot snapshot_id id'.split(' '),
  'from checkpoint_id checkpoint base first from_id a'.split(' '),
  'to other second to_id b'.split(' '),
  'parent_checkpoint_id parent parent_id'.split(' '),
  'job_id job id task task_id'.split(' '),
  'wait_seconds wait timeout timeout_seconds'.split(' '),
  'state status'.split(' '),
  'style format citation_style output'.split(' '),
  'relation kind type link linkname relationship'.split(' '),
  'sort sort_by order order_by'.split(' '),
  'offset skip start retstart'.split(' '),
  'cursor next next_cursor page page_token after'.split(' '),
  'date_type datetype'.split(' '),
  'refresh force fresh no_cache'.split(' '),
  'source file files path url'.split(' '),
  'name title label'.split(' '),
  'message text'.split(' '),
  'date_from year published'.split(' '),
  // Choices.
  'bm25 keyword keywords lexical fulltext words exact sparse'.split(' '),
  'semantic vector vectors dense embedding embeddings meaning'.split(' '),
  'hybrid both mixed auto default'.split(' '),
  'date newest recent latest pub_date pubdate publication_date'.split(' '),
  'cited_by citing cites citations cited_in incoming'.split(' '),
  'references cited outgoing bibliography'.split(' '),
  'succeeded done complete completed success finished'.split(' '),
  'running active in_progress working'.split(' '),
  'queued pending waiting'.split(' '),
  'failed error errored cancelled canceled'.split(' '),
  'ris endnote zotero refman'.split(' '),
  'nbib medline pubmed'.split(' '),
  'csl-json csl json'.split(' '),
  'full high long verbose detailed'.split(' '),
  'brief low short minimal concise'.split(' '),
];

/** The one of `names` that a writer of `given` meant: by what it means, else by how it is spelt. */
export function findMeantParam(given: string, names: readonly string[]): string | null {
  const wanted = given
    .slice(0, 100)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();
  for (const line of SAME) {
    if (!line.includes(wanted)) continue;
    const same = names.find((name) => line.includes(name));
    if (same !== undefined) return same;
  }
  return findNearestName(given, names);
}
