import type { Scope } from '../domain/caller.ts';

/** Hints for the agent that calls, as MCP defines them; none of them is an access rule. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  /** True where the tool speaks to the world outside the corpus. */
  readonly openWorldHint: boolean;
}

export const READS_CORPUS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
/** Asks PubMed and leaves the corpus as it is. */
export const READS_PUBMED: ToolAnnotations = { ...READS_CORPUS, openWorldHint: true };
/**
 * Adds to the corpus and never takes away: earlier bytes and revisions stay, and running it
 * again changes nothing.
 */
export const GROWS_CORPUS: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

/** What every surface shows of a tool. */
export interface ToolFacts {
  /** The contract's dotted name; the file is called the same with hyphens. */
  readonly name: string;
  /** A short tool answers in the call, a long one runs as a job (on the command line: until it is done). */
  readonly kind: 'short' | 'long';
  /** What a caller over HTTP needs to call it, as a job too. */
  readonly scope: Scope;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
}

/**
 * `top-level`: the list of tools over MCP names the fields of the answer and not what is inside them.
 * For an answer that is, or lists, what another tool or GET /v1/mcp/tools describes in full: or the
 * list would double.
 */
export type ToolListingForm = 'full' | 'top-level';

/**
 * What a call changed, for those who read along: counts and members, the list of checkpoints, one document.
 */
export type CorpusChange = 'corpus' | 'checkpoints' | { readonly pmid: string };

/**
 * How many calls of a tool run at once where nothing else is said: of a short one in an API process, of a
 * long one as jobs in a worker.
 */
export const DEFAULT_LIMITS = { short: 50, long: 2 } as const;
