import type { Pmid } from '../../domain/ids.ts';
import type {
  LiteratureSource,
  RecordSummary,
  Relation,
  SearchRequest,
  SearchWarning,
  SourceCallOptions,
  SummaryProblem,
} from '../literature-source.ts';

export interface LiteratureFound {
  total: number;
  /** In the order of the search. */
  results: RecordSummary[];
  queryTranslation: string;
  /** What NCBI did with the query, or left out of its answer, in sentences that quote its words. */
  warnings: string[];
}

/** A page of at most 200 hits with their summaries: two requests, or one where nothing is found. */
export async function searchLiterature(
  source: Pick<LiteratureSource, 'search' | 'summarise'>,
  request: SearchRequest,
  options: SourceCallOptions,
): Promise<LiteratureFound> {
  const { total, pmids, queryTranslation, warnings } = await source.search(request, options);
  const { results, missing } = await summariseAll(source, pmids, options);
  return { total, results, queryTranslation, warnings: [...warnings.map(toWarningSentence), ...missing] };
}

/** The closest `limit` (at most 200) articles of one relation, with their summaries. */
export async function findRelatedLiterature(
  source: Pick<LiteratureSource, 'findRelated' | 'summarise'>,
  { pmid, relation, limit }: { pmid: Pmid; relation: Relation; limit: number },
  options: SourceCallOptions,
): Promise<{ total: number; results: RecordSummary[]; warnings: string[] }> {
  const { pmids, warnings } = await source.findRelated(pmid, relation, options);
  const { results, missing } = await summariseAll(source, pmids.slice(0, limit), options);
  return { total: pmids.length, results, warnings: [...warnings, ...missing] };
}

async function summariseAll(
  source: Pick<LiteratureSource, 'summarise'>,
  pmids: readonly Pmid[],
  options: SourceCallOptions,
): Promise<{ results: RecordSummary[]; missing: string[] }> {
  if (pmids.length === 0) return { results: [], missing: [] };
  const { summaries, problems } = await source.summarise(pmids, options);
  return { results: summaries, missing: problems.map(toMissing) };
}

function toMissing({ pmid, mergedInto }: SummaryProblem): string {
  if (mergedInto !== null) return `PMID ${pmid} was found, but is now part of PMID ${mergedInto}.`;
  return `PMID ${pmid} was found, but PubMed gave no summary of it.`;
}

/** What NCBI did with the query, for whoever wrote it. */
export function toWarningSentence({ kind, text }: SearchWarning): string {
  switch (kind) {
    case 'phrase_not_found':
      return `PubMed does not know "${text}" and left it out of the query.`;
    case 'field_not_found':
      return `PubMed does not know the field "${text}" and searched all fields instead.`;
    case 'phrase_ignored':
      return `PubMed ignored "${text}".`;
    case 'quoted_phrase_not_found':
      return `PubMed does not know the quoted phrase ${text}.`;
    case 'message':
      return `PubMed says: ${text}`;
  }
}
