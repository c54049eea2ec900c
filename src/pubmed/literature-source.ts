import type { CallOptions } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';

/**
 * `deadlineAt` (milliseconds since 1970) bounds everything: waiting for the budget, attempts,
 * pauses between them.
 */
export interface SourceCallOptions extends CallOptions {
  deadlineAt: number;
}

export interface SearchRequest {
  /** A whole PubMed query, such as `toPubmedQuery` builds. */
  term: string;
  /** 0 … 9,999; 0 asks for the total only. */
  limit: number;
  /** 0 … 9,998. */
  offset?: number;
  /** PubMed's best match, or newest publication first; absent: newest PMID first. */
  sort?: 'relevance' | 'date';
}

/** What NCBI did with the query that its author may not have meant. */
export interface SearchWarning {
  kind: 'phrase_not_found' | 'field_not_found' | 'phrase_ignored' | 'quoted_phrase_not_found' | 'message';
  /** The phrase or field as NCBI names it; for `message` its own words. */
  text: string;
}

export interface SearchAnswer {
  /** All hits, not only those returned. */
  total: number;
  pmids: Pmid[];
  /** The query as NCBI understood it. */
  queryTranslation: string;
  warnings: SearchWarning[];
  /** By NCBI's own clock; `null` where it did not tell. */
  answeredAt: Date | null;
}

export interface RecordSummary {
  pmid: Pmid;
  title: string;
  /** "Scalfani VF", in order; groups by their name. */
  authors: string[];
  /** Abbreviated title; for a book its title. */
  journal: string | null;
  journalTitle: string | null;
  /** Verbatim: "2016", "1998 Dec-1999 Jan". */
  published: string | null;
  publishedElectronically: string | null;
  volume: string | null;
  issue: string | null;
  pages: string | null;
  doi: string | null;
  pmcid: string | null;
  languages: string[];
  publicationTypes: string[];
  hasAbstract: boolean;
}

/**
 * `absent` is NCBI's explicit word that it has no such record; `unanswered` means that it said nothing
 * of the PMID.
 */
export interface SummaryProblem {
  pmid: Pmid;
  reason: 'absent' | 'merged' | 'unanswered';
  mergedInto: Pmid | null;
}

export interface SummaryAnswer {
  /** In the order asked for. */
  summaries: RecordSummary[];
  problems: SummaryProblem[];
}

/** One answer of EFetch: complete, well closed, byte for byte as NCBI sent it. */
export interface FetchAnswer {
  /** A `PubmedArticleSet`, possibly without records: what was asked for and is not in it does not exist. */
  body: Uint8Array;
  endpoint: string;
  /** What was sent, without key and address of the caller: for the archive's envelope. */
  params: Record<string, string>;
  http: { status: number; etag: string | null };
  /** RFC 3339. */
  fetchedAt: string;
}

export type Relation = 'similar' | 'cited_by' | 'references';

export interface RelatedAnswer {
  /** In NCBI's order, closest first for `similar`; never the PMID that was asked about. */
  pmids: Pmid[];
  /** Why there is nothing, where there is nothing. */
  warnings: string[];
}

/** What is known of a printed reference; empty fields are left out of the comparison. */
export interface CitationQuery {
  journal?: string;
  year?: string;
  volume?: string;
  firstPage?: string;
  author?: string;
}

/** How much may be asked of NCBI, and how much of that this process used. */
export interface BudgetFacts {
  hasApiKey: boolean;
  /** The part of NCBI's allowance that is ours: above 0, at most 1. */
  share: number;
  /** Requests that may start in a minute, by all processes on the database together. */
  aMinute: number;
  /** Requests that this process started in the latest minute. */
  startedInMinute: number;
  /** Until the next request may start; 0: at once. */
  waitMs: number;
  /** The part of that which NCBI's own wish for quiet takes; 0: it has none. */
  cooldownMs: number;
}

/**
 * Where records come from: PubMed through NCBI's E-utilities, or a stand-in that speaks the same protocol.
 */
export interface LiteratureSource {
  /** Asks NCBI nothing. Fails with `DB_UNAVAILABLE`. */
  readBudget(options: CallOptions): Promise<BudgetFacts>;

  search(request: SearchRequest, options: SourceCallOptions): Promise<SearchAnswer>;
  /** At most 200 PMIDs. */
  summarise(pmids: readonly Pmid[], options: SourceCallOptions): Promise<SummaryAnswer>;
  /** At most 200 PMIDs. */
  fetchRecords(pmids: readonly Pmid[], options: SourceCallOptions): Promise<FetchAnswer>;
  findRelated(pmid: Pmid, relation: Relation, options: SourceCallOptions): Promise<RelatedAnswer>;
  /** Keeps a list on NCBI's history server, for about eight hours: never the only copy of a list. */
  postIds(
    pmids: readonly Pmid[],
    options: SourceCallOptions,
  ): Promise<{ webEnvironment: string; queryKey: string }>;
  /** Resolves to `null` when NCBI would spell the words the same way. */
  findSpelling(words: string, options: SourceCallOptions): Promise<string | null>;
  /** One answer a query, in order; `null` where there is no match, or no single one. */
  matchCitations(queries: readonly CitationQuery[], options: SourceCallOptions): Promise<(Pmid | null)[]>;
}
