import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  PARSE_ERROR,
  parseJSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/server';
import { isTooDeep, TOO_DEEP } from './nesting.ts';

/** Why a line is no message, as JSON-RPC says it. */
export interface Refusal {
  code: number;
  message: string;
  id?: RequestId | undefined;
  cause?: unknown;
}

export function readMessage(line: string): { message: JSONRPCMessage } | { refusal: Refusal } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    return { refusal: { code: PARSE_ERROR, message: 'Parse error: the line is no JSON', cause } };
  }
  if (Array.isArray(value)) return refuse('Invalid request: batches are not part of the protocol');
  if (isTooDeep(value)) return refuse(TOO_DEEP, { id: findId(value) });
  try {
    return { message: parseJSONRPCMessage(value) };
  } catch (cause) {
    return refuse('Invalid request: the line is no JSON-RPC message', { id: findId(value), cause });
  }
}

function refuse(message: string, rest: Partial<Refusal> = {}): { refusal: Refusal } {
  return { refusal: { code: INVALID_REQUEST, message, ...rest } };
}

function findId(value: unknown): RequestId | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' || typeof value.id === 'number' ? value.id : undefined;
}
