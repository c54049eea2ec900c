import type { ToolInvoker } from '../../tools/tool-invoker.ts';
import type { Completion } from '../desks/completion.ts';
import type { Exchange } from '../exchange.ts';

export interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
  /** All that it may be, in whatever case; it is written, and completed, as it stands here. */
  values?: readonly string[];
  /** `date`: YYYY, YYYY-MM or YYYY-MM-DD. */
  format?: 'date';
  /** What the word may go on as. */
  complete?(value: string, context: PromptContext): Promise<Completion>;
}

export interface PromptContext {
  invoker: ToolInvoker;
  exchange: Exchange;
  /** A tool's name as the client's list shows it. */
  toListed(tool: string): string;
}

/** A recurring piece of work, as the words that ask a model for it. */
export interface PromptDefinition {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /**
   * The text of the user's message; every required argument is there, blank ones are not, and all are what
   * they may be.
   */
  write(given: Readonly<Record<string, string>>, context: PromptContext): Promise<string>;
}

/** Stand for what the model has by then: the id of its checkpoint, a PMID, the id of a job. */
export const [ID, PMID] = ['ID', 'N'] as const;
const JOB = 'JOB';

/** The call as a model can make it, but for what it puts in the place of `ID`, `N` and `JOB`. */
export type WriteCall = (tool: string, params: Readonly<Record<string, unknown>>) => string;

export function createWriteCall({ toListed }: Pick<PromptContext, 'toListed'>): WriteCall {
  return (tool, params) => `${toListed(tool)} ${JSON.stringify(params)}`;
}

/** What makes a paper weigh, and not more. */
const READ_FIELDS = ['title', 'abstract', 'publication_types', 'published', 'grants', 'corrections'];

export const toFreezeStep = (call: WriteCall, name: string) =>
  `Freeze the corpus: ${call('corpus.checkpoint.create', { name })}. Put its checkpoint_id for ${ID} below: what you search, read and cite is then what was frozen, and anybody can ask it again.`;

export const toReadStep = (call: WriteCall) =>
  `Read at most five papers that carry the answer, not more: ${call('rag.get', { doc_id: `pmid:${PMID}`, checkpoint_id: ID, fields: READ_FIELDS })}. The sentences that a search quotes are enough for the others.`;

export const toCiteStep = (call: WriteCall) =>
  `Cite what you used, in one call: ${call('pubmed.cite', { pmids: [PMID], style: 'vancouver', checkpoint_id: ID })}. retracted_since names what was retracted after the freeze.`;

/** What to do where the corpus does not answer. */
export function toWidenStep(call: WriteCall, term: string): string {
  const look = call('pubmed.search', { term, limit: 5 });
  const sync = call('pubmed.sync', { term, limit: 300 });
  const follow = call('jobs.get', { job_id: JOB, wait_seconds: 45 });
  return `Only where warnings say that words are unknown, or nothing answers: look with ${look}, mend the term until total and query_translation fit, bring it in with ${sync}, follow the job with ${follow}, freeze again with parent_checkpoint_id, and search within the new checkpoint.`;
}

/** Steps in their order, each with its number. */
export function numberSteps(steps: readonly string[]): string[] {
  return steps.map((step, at) => `${at + 1}. ${step}`);
}

/** Those of `words` that begin with what was typed, whatever its case. */
export function completeFrom(words: readonly string[], typed: string): Completion {
  const values = words.filter((word) => word.toLowerCase().startsWith(typed.toLowerCase()));
  return { values: values.slice(0, 100), hasMore: values.length > 100 };
}
