import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { cutText } from '../../domain/cut-text.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { findNearestName } from '../../errors/nearest-name.ts';
import { isPartialDate } from '../../search/search-filters.ts';
import { findUnstorableText } from '../../tools/params/unstorable-text.ts';
import type { ToolInvoker } from '../../tools/tool-invoker.ts';
import type { Exchange } from '../exchange.ts';
import { completeFrom, type PromptArgument, type PromptDefinition } from '../prompts/define-prompt.ts';
import { dueDiligenceBrief } from '../prompts/due-diligence-brief.ts';
import { literatureReview } from '../prompts/literature-review.ts';
import { whatChanged } from '../prompts/what-changed.ts';
import type { ToolNames } from '../tool-names.ts';
import { type Completion, NO_COMPLETION } from './completion.ts';

/** The prompts of a server. Wrong names and arguments are protocol errors. */
export interface PromptDesk {
  list(): readonly Prompt[];
  get(
    request: { name: string; given: Readonly<Record<string, string>> },
    exchange: Exchange,
  ): Promise<GetPromptResult>;
  /** What an argument may go on as; `null` where there is no such prompt. */
  complete(
    request: { prompt: string; argument: string; value: string },
    exchange: Exchange,
  ): Promise<Completion | null>;
}

/** What the tools take that the prompts write calls of. */
const MOST_VALUE_CHARACTERS = 10_000;

const PROMPTS: readonly PromptDefinition[] = [literatureReview, dueDiligenceBrief, whatChanged];

export function createPromptDesk({ invoker, names }: { invoker: ToolInvoker; names: ToolNames }): PromptDesk {
  /** A tool's own sentence, with tools as the client's list names them. */
  const rethrow = (error: unknown): never => {
    if (!(error instanceof BioMcpError)) throw error;
    const isCallersFault = error.code === 'VALIDATION' || error.code === 'NOT_FOUND';
    const code = isCallersFault ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, names.rename(error.hint), { error_code: error.code });
  };
  const find = (name: string) => PROMPTS.find((prompt) => prompt.name === name) ?? null;
  const toContext = (exchange: Exchange) => ({ invoker, exchange, toListed: names.toListed });
  return {
    list: () => PROMPTS.map(toListing),
    async get({ name, given }, exchange) {
      const prompt = find(name);
      if (prompt === null) {
        const known = PROMPTS.map((one) => one.name).join(', ');
        throw toInvalid(`There is no prompt of that name. There are ${known}.`);
      }
      const text = await prompt.write(checkArguments(prompt, given), toContext(exchange)).catch(rethrow);
      return {
        description: prompt.description,
        messages: [{ role: 'user', content: { type: 'text', text } }],
      };
    },
    async complete({ prompt: name, argument: wanted, value }, exchange) {
      const prompt = find(name);
      if (prompt === null) return null;
      const argument = prompt.arguments.find((one) => one.name === wanted);
      if (argument?.values !== undefined) return completeFrom(argument.values, value);
      return argument?.complete?.(value, toContext(exchange)).catch(rethrow) ?? NO_COMPLETION;
    },
  };
}

function toListing({ name, title, description, arguments: all }: PromptDefinition): Prompt {
  const shown = all.map((one) => ({ name: one.name, description: one.description, required: one.required }));
  return { name, title, description, arguments: shown };
}

/** A client may send what a user left empty as blanks. */
function checkArguments(
  { name: prompt, arguments: all }: PromptDefinition,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const checked = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const argument = all.find((one) => one.name === name);
    if (argument === undefined) throw toUnknownArgument(name, prompt, all);
    if (value.trim() !== '') checked.set(name, checkValue(argument, value));
  }
  const missing = all.filter(({ name, required }) => required && !checked.has(name));
  if (missing.length > 0) {
    throw toInvalid(
      `Missing: ${missing.map(({ name, description }) => `${name} (${description})`).join(', ')}`,
    );
  }
  return Object.fromEntries(checked);
}

/** The value as the prompt writes it. */
function checkValue({ name, values, format }: PromptArgument, given: string): string {
  const text = given.trim();
  const unstorable = findUnstorableText(text, name);
  if (unstorable !== null) throw toInvalid(`${unstorable}.`);
  if (text.length > MOST_VALUE_CHARACTERS) {
    throw toInvalid(`\`${name}\` must have at most ${MOST_VALUE_CHARACTERS} characters.`);
  }
  if (format === 'date' && !isPartialDate(text)) {
    throw toInvalid(`\`${name}\` must be a date: YYYY, YYYY-MM or YYYY-MM-DD.`);
  }
  if (values === undefined) return text;
  const value = values.find((one) => one === text.toLowerCase());
  if (value === undefined) throw toInvalid(`\`${name}\` must be one of ${values.join(', ')}.`);
  return value;
}

function toUnknownArgument(name: string, prompt: string, all: readonly PromptArgument[]): ProtocolError {
  const names = all.map((one) => one.name);
  const nearest = findNearestName(name, names);
  const advice = nearest === null ? `${prompt} takes ${names.join(', ')}.` : `Did you mean \`${nearest}\`?`;
  return toInvalid(`Unknown argument \`${cutText(name, 60)}\`. ${advice}`);
}

function toInvalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
