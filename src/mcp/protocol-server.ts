import {
  type JSONRPCRequest,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/**
 * The SDK's server, which answers parameters that break the protocol with invalid parameters and one
 * sentence. The SDK answers most of them with an internal error, and all with the list of issues as JSON.
 */
export class ProtocolServer extends Server {
  /** The SDK's hook around every handler; its check of the parameters is inside of `handler`. */
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const checked = super._wrapHandler(method, handler);
    return async (request, context) => {
      try {
        return await checked(request, context);
      } catch (error) {
        throw toInvalidParams(method, error) ?? error;
      }
    };
  }
}

const issues = z
  .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
  .min(1);

/** `null` for an error that is no list of issues. */
function toInvalidParams(method: string, error: unknown): ProtocolError | null {
  if (!(error instanceof Error)) return null;
  const found = issues.safeParse(findJson(error.message));
  if (!found.success) return null;
  const faults = found.data.map(({ path, message }) => {
    const name = path[0] === 'params' ? path.slice(1).join('.') : path.join('.');
    return name === '' ? lowerFirst(message) : `\`${name}\`: ${lowerFirst(message)}`;
  });
  const sentence = `Invalid parameters of ${method}: ${faults.join('; ')}.`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, sentence);
}

/** The list that a message is or ends with; `null` where there is none. */
function findJson(message: string): unknown {
  const start = message.indexOf('[');
  if (start === -1) return null;
  try {
    return JSON.parse(message.slice(start));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
