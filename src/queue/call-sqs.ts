import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { toSqsRemedy } from './sqs-remedy.ts';

/** Entries of one SendMessageBatch, and messages of one ReceiveMessage: SQS takes no more. */
export const MOST_AT_ONCE = 10;
/** Of one call, its retries included; a long poll has its wait besides. */
const CALL_TIMEOUT_MS = 10_000;

/**
 * `signal` and a time limit stop `send`; what fails becomes `QUEUE_UNAVAILABLE`, whose message
 * names the action.
 */
export async function callSqs<Answer>(
  action: string,
  { signal, waitMs = 0 }: CallOptions & { waitMs?: number },
  send: (abortSignal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(CALL_TIMEOUT_MS + waitMs);
  try {
    return await send(AbortSignal.any([signal, limit]));
  } catch (cause) {
    signal.throwIfAborted();
    const why = limit.aborted ? `no answer within ${CALL_TIMEOUT_MS} ms` : describeSqsFailure(cause);
    throw new BioMcpError('QUEUE_UNAVAILABLE', toSqsRemedy(why, cause), {
      message: `SQS ${action} failed: ${why}`,
      cause,
    });
  }
}

/** A connection that is refused on several addresses is an `AggregateError` with an empty message. */
export function describeSqsFailure(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeSqsFailure).join('; ');
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
