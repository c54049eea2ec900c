import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ErrorAnswer, ErrorEnvelope } from '../../errors/error-envelope.ts';
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
 * What a tool throws, for the model to act on: the error envelope of every surface. As text alone, because
 * clients hold structured content to the schema of answers.
 */
export function toFailure({ body, retryAfterSeconds }: ErrorAnswer, names: ToolNames): CallToolResult {
  const retry = retryAfterSeconds === null ? {} : { retry_after_s: retryAfterSeconds };
  return toFailureResult({ ...body, ...retry }, names);
}

/** With tools by their names in the list, as in every text for a model. */
export function toFailureResult(
  failure: Omit<ErrorEnvelope, 'error_code'> & { error_code: string; retry_after_s?: number },
  names: ToolNames,
): CallToolResult {
  const { message, tool } = failure;
  const told = { ...failure, message: names.rename(message), tool: tool && names.toListed(tool) };
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(told) }] };
}
