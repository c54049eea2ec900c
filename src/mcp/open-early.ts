import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import type { CallOptions } from '../domain/call-options.ts';

export interface OpenEarlyOptions {
  /**
   * Makes ready what the first call needs. Where it fails, that call tries again and tells the client why.
   */
  open: (options: CallOptions) => Promise<void>;
  /** Hears why `open` failed. */
  onFailure: (error: unknown) => void;
  until: AbortSignal;
  /** So long the client has said nothing: what it asks at its start is answered first. Default 250 ms. */
  quietMs?: number;
}

/**
 * Opening loads modules, and nothing is answered meanwhile. Clients ask for their lists at once,
 * people take seconds.
 */
const QUIET_MS = 250;
const INITIALIZE = 'initialize';

/**
 * Opens once, after the client has initialised and is quiet. Tell it each message of the client. Any message
 * but `initialize` says so: the protocol of 2026-07-28 has no handshake.
 */
export function createEarlyOpening({ open, onFailure, until, quietMs = QUIET_MS }: OpenEarlyOptions) {
  let waiting: NodeJS.Timeout | undefined;
  let isDone = false;
  const begin = () => {
    isDone = true;
    open({ signal: until }).catch((error: unknown) => {
      if (!until.aborted) onFailure(error);
    });
  };
  until.addEventListener('abort', () => clearTimeout(waiting), { once: true });
  return (message: JSONRPCMessage): void => {
    if (isDone || until.aborted) return;
    clearTimeout(waiting);
    if ('method' in message && message.method === INITIALIZE) return;
    waiting = setTimeout(begin, quietMs);
  };
}
