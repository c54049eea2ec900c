import {
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/client';
import { z } from 'zod';

export interface RepeatableRequests {
  /** Hears what is asked and answered: a list of tools tells which of them may be called twice. */
  hear(message: JSONRPCMessage): void;
  /** Whether the server may do it once more, where nobody knows if it did. */
  mayRepeat(request: JSONRPCRequest): boolean;
}

const CALL = 'tools/call';
const LIST = 'tools/list';

const called = z.object({ name: z.string() });
const listed = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      annotations: z
        .object({ readOnlyHint: z.boolean().default(false), idempotentHint: z.boolean().default(false) })
        .default({ readOnlyHint: false, idempotentHint: false }),
    }),
  ),
});

/** Of a call of a tool its annotations decide, where the client asked for the list; all else only asks. */
export function createRepeatableRequests(): RepeatableRequests {
  const asked = new Set<RequestId>();
  const repeatable = new Set<string>();
  return {
    hear(message) {
      if (isJSONRPCRequest(message)) {
        if (message.method === LIST) asked.add(message.id);
        return;
      }
      if (!('id' in message) || message.id === undefined || !asked.delete(message.id)) return;
      const tools = isJSONRPCResultResponse(message) ? listed.safeParse(message.result).data?.tools : [];
      for (const { name, annotations } of tools ?? []) {
        if (annotations.readOnlyHint || annotations.idempotentHint) repeatable.add(name);
        else repeatable.delete(name);
      }
    },
    mayRepeat: ({ method, params }) =>
      method !== CALL || repeatable.has(called.safeParse(params).data?.name ?? ''),
  };
}
