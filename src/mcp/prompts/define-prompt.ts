import type { ToolCaller } from '../../tools/tool-caller.ts';
import type { Completion } from '../completion.ts';
import type { Exchange } from '../exchange.ts';

export interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
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
  /** The text of the user's message; every required argument is there, and blank ones are not. */
  write(given: Readonly<Record<string, string>>, context: PromptContext): Promise<string>;
}

/** Those of `words` that begin with what was typed, whatever its case. */
export function completeFrom(words: readonly string[], typed: string): Completion {
  const values = words.filter((word) => word.toLowerCase().startsWith(typed.toLowerCase()));
  return { values: values.slice(0, 100), hasMore: values.length > 100 };
}
