import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ErrorAnswer } from '../../errors/error-envelope.ts';
import type { ToolNames } from '../tool-names.ts';
import type { LongAnswer } from './long-answer.ts';

/** The answer as data, and as text for clients and models that read only that. */
export function toResult(answer: object, text: string): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent: { ...answer } };
}

/** A model has to act on what the job is; `told` is what the tool answered in the end. */
export function toLongResult(answer: LongAnswer, names: ToolNames, told?: string): CallToolResult {
  const { job_id, tool, state, next } = answer;
  const job = `${names.toListed(tool)} became job ${job_id}, which is ${state}. ${next}`;
  return toResult(answer, told === undefined ? job : `${job}\n\n${told}`);
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
