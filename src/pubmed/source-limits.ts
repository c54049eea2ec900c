/** In all, for a short tool: it may make several calls against one `deadlineAt`. */
export const SHORT_TOOL_DEADLINE_MS = 25_000;
/** For one request of a job; after it the job's next attempt takes over. */
export const JOB_REQUEST_DEADLINE_MS = 300_000;

/** EFetch and ESummary take this many ids in one request. */
export const MAX_IDS_PER_REQUEST = 200;
/** ESearch gives the first 9,999 hits of a PubMed query and no more. */
export const MAX_SEARCH_HITS = 9_999;
