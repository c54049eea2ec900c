import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ErrorAnswer } from '../errors/error-envelope.ts';
import type { NotShown } from './fit-answer.ts';
import type { LongAnswer } from './long-answer.ts';
import { toTextTwin } from './text-twin.ts';
import type { ToolNames } from './tool-names.ts';

/**
 * The answer as data, and as text for clients and models that read only that: in the tool's own words where
 * it has some, else the same JSON.
 */
export function toResult(answer: object, told?: string): CallToolResult {
  const text = told === undefined ? toTextTwin(answer) : `${told}${tellNotShown(answer)}`;
  return {
    content: [{ type: 'text', text }],
    structuredContent: { ...answer },
  };
}

/** The JSON holds it; a tool's own words know nothing of it. */
function tellNotShown(answer: { not_shown?: NotShown }): string {
  if (answer.not_shown === undefined) return '';
  const { note, call } = answer.not_shown;
  return `\n\n${call === undefined ? note : `${note.replace('`call` brings', `${call} brings`)}`}`;
}

/** The sentence comes first: a model has to act on it. */
export function toLongResult(answer: LongAnswer, names: ToolNames): CallToolResult {
  const { job_id, tool, state, next } = answer;
  const told = `${names.toListed(tool)} became job ${job_id}, which is ${state}. ${next}`;
  return {
    content: [
      { type: 'text', text: told },
      { type: 'text', text: toTextTwin(answer) },
    ],
    structuredContent: { ...answer },
  };
}

/**
 * What a tool throws, for the model to act on: the code of the error table and what to do. As text alone,
 * because clients hold structured content to the schema of answers.
 */
export function toFailure({ body, retryAfterSeconds }: ErrorAnswer, names: ToolNames): CallToolResult {
  const { error_code, message, trace_id } = body;
  const retry = retryAfterSeconds === null ? {} : { retry_after_s: retryAfterSeconds };
  return toFailureResult({ error_code, message: names.rename(message), ...retry, trace_id });
}

export function toFailureResult(failure: {
  error_code: string;
  message: string;
  retry_after_s?: number;
  trace_id: string;
}): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(failure) }] };
}
