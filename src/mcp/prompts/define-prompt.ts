import type { ToolCaller } from '../../tools/tool-caller.ts';
import type { Completion } from '../completion.ts';
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
  caller: ToolCaller;
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

/** Steps in their order, each with its number. */
export function numberSteps(steps: readonly string[]): string[] {
  return steps.map((step, at) => `${at + 1}. ${step}`);
}

/** Those of `words` that begin with what was typed, whatever its case. */
export function completeFrom(words: readonly string[], typed: string): Completion {
  const values = words.filter((word) => word.toLowerCase().startsWith(typed.toLowerCase()));
  return { values: values.slice(0, 100), hasMore: values.length > 100 };
}
