import type { Generated } from 'kysely';

/**
 * The tables of `migrations/`, as kysely sees them. Big integers come back as numbers: sequences
 * stay below 2^53.
 */
export interface Schema {
  pubmed_archive: {
    pmid: string;
    s3_uri: string;
    content_hash: string;
    fetched_at: Date | string;
    api_etag: string | null;
    updated_at: Generated<Date>;
    version: number;
    file_rank: number | null;
  };
  pubmed_archive_history: {
    pmid: string;
    content_hash: string;
    s3_uri: string;
    fetched_at: Date | string;
    version: number;
    sequence: number;
  };
  revisions: {
    pmid: string;
    revision: number;
    version: number;
    document_hash: string;
    content_hash: string;
    kind: string;
    year: number | null;
    journal: string | null;
    retraction_status: string;
    chunk_count: number;
    languages: string | null;
    publication_types: string | null;
    cited_count: number | null;
    entered_sequence: number;
    left_sequence: number | null;
    document: Uint8Array;
  };
  cited_by: { bucket: number; sequence: number; cited: number[]; citing: number[] };
  tombstones: {
    pmid: string;
    reason: 'deleted' | 'merged';
    merged_into: string | null;
    deleted_at: Date | string;
    sequence: number;
  };
  quarantined_records: {
    content_hash: string;
    pmid: string | null;
    reason: string;
    s3_uri: string;
    source: string;
    quarantined_at: Date | string;
    in_state: Generated<boolean>;
  };
  loaded_files: {
    file_hash: string;
    name: string;
    items_done: number;
    finished_at: Date | string | null;
    md5: string | null;
    in_state: Generated<boolean>;
  };
  raised_file_ranks: { pmid: string };
  withdrawals: { pmid: string; file_rank: number; in_state: Generated<boolean> };
  pending_batches: { batch_id: string; pmids: string[]; started_at: Generated<Date> };
  runs: {
    run_id: string;
    tool: string;
    params: unknown;
    state: 'running' | 'succeeded' | 'failed';
    progress: unknown;
    manifest: string | null;
    started_at: Date | string;
    finished_at: Date | string | null;
  };
  corpus_state: {
    only_row: Generated<boolean>;
    sequence: number;
    state_sequence: number;
    embedder_id: string | null;
    dimensions: number | null;
    index_generation: Generated<number>;
    index_analyzer: Generated<number>;
    archive_root: string | null;
    document_count: Generated<number>;
  };
  live_counts: {
    only_row: Generated<boolean>;
    sequence: number;
    index_generation: number;
    documents: number;
    chunks: number;
    retracted: number;
  };
  live_facets: { only_row: Generated<boolean>; sequence: number; index_generation: number };
  live_facet_counts: { kind: 'language' | 'type'; name: string; documents: number };
  corpus_growth: { day: string; documents: number };
  topics: {
    term_hash: string;
    term: string;
    asked_at: Date | string | null;
    warnings: unknown;
    records: number | null;
  };
  topic_growth: { term_hash: string; day: string; records: number };
  live_group_counts: { kind: 'year' | 'journal'; name: string; documents: number };
  lost_sequences: { sequence: number; lost_at: Generated<Date> };
  ncbi_budget: {
    budget_key: string;
    next_start_at: Generated<Date | string>;
    booked_at: Generated<Date | string>;
    cooldown_until: Generated<Date | string>;
  };
  watermarks: {
    term: string;
    complete_to: string | null;
    updated_at: Date | string;
    run_id: string | null;
    in_state: Generated<boolean>;
    list_in_state: Generated<boolean>;
  };
  query_pmids: { term: string; pmid: string; owed: Generated<boolean> };
  sync_lists: {
    list_id: string;
    request: string;
    window_from: string | null;
    window_to: string;
    listed_at: Date | string;
    touched_at: Date | string;
    is_whole: Generated<boolean>;
    is_closed: Generated<boolean>;
    truncated: Generated<boolean>;
  };
  sync_list_pmids: { list_id: string; pmid: string; done: Generated<boolean>; owed: Generated<boolean> };
  checkpoints: {
    checkpoint_id: string;
    name: string;
    description: string | null;
    primary_queries: unknown;
    parent_checkpoint_id: string | null;
    sequence: number;
    document_count: number;
    created_at: Date | string;
  };
  jobs: {
    id: string;
    tool: string;
    params: unknown;
    params_hash: string;
    idempotency_key: string | null;
    parent_job_id: string | null;
    in_turn: Generated<boolean>;
    trace_id: string | null;
    surface: Generated<'cli' | 'http'>;
    created_by: string | null;
    created_scope: string | null;
    state: Generated<'queued' | 'running' | 'succeeded' | 'failed'>;
    attempt: Generated<number>;
    run_after: Date | string;
    lease_id: string | null;
    lease_expires_at: Date | string | null;
    waits_for_children: Generated<boolean>;
    progress: unknown;
    furthest_pct: Generated<number>;
    got_further: Generated<boolean>;
    result_ref: string | null;
    result: unknown;
    error_code: string | null;
    error: string | null;
    created_at: Date | string;
    started_at: Date | string | null;
    finished_at: Date | string | null;
    updated_at: Date | string;
    announced_at: Date | string | null;
    dead_lettered: Generated<boolean>;
  };
  keyed_calls: {
    tool: string;
    idempotency_key: string;
    params_hash: string;
    call_id: string;
    trace_id: string | null;
    result: unknown;
    created_at: Date | string;
    expires_at: Date | string;
  };
  access_tokens: {
    token_hash: string;
    name: string;
    scopes: string[];
    created_at: Date | string;
    expires_at: Date | string | null;
    revoked_at: Date | string | null;
    last_used_on: string | null;
  };
  migrations: { name: string; compatible: boolean; applied_at: Generated<Date> };
}
