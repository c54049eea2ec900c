import { setTimeout as delay } from 'node:timers/promises';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import type { Changes } from './changes.ts';

/** Which resources a client wants to hear of. The same one may be added more than once. */
export interface Watch {
  add(uri: string): void;
  remove(uri: string): void;
}

export interface WatchOptions {
  /** The text of a resource; `null` where it cannot be read now. */
  read: (uri: string, options: CallOptions) => Promise<string | null>;
  changes: Changes;
  /** Between two looks; nothing is looked at while nobody wants to hear. */
  everyMs: number;
  until: AbortSignal;
}

/**
 * Tells of what other processes change: it reads what is watched again and again, and tells of what reads
 * otherwise than before.
 */
export function createWatch({ read, changes, everyMs, until }: WatchOptions): Watch {
  /** How many want to hear of it, and its text at the last look; absent before the first. */
  const watched = new Map<string, { listeners: number; text?: string }>();
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    while (watched.size > 0 && !until.aborted) {
      for (const [uri, seen] of watched) {
        const text = await read(uri, { signal: until });
        if (text === null) continue;
        if (seen.text !== undefined && seen.text !== text) changes.tell(uri);
        seen.text = text;
      }
      await delay(everyMs, undefined, { signal: until }).catch(() => undefined); // the loop sees that it ended
    }
    isLooking = false;
  }

  return {
    add(uri) {
      const known = watched.get(uri);
      if (known === undefined) watched.set(uri, { listeners: 1 });
      else known.listeners += 1;
      void look();
    },
    remove(uri) {
      const known = watched.get(uri);
      if (known === undefined) return;
      known.listeners -= 1;
      if (known.listeners === 0) watched.delete(uri);
    },
  };
}

const listen = z.object({
  method: z.literal('subscriptions/listen'),
  id: z.union([z.string(), z.number()]),
  params: z.object({ notifications: z.object({ resourceSubscriptions: z.array(z.string()) }) }),
});
const cancelled = z.object({
  method: z.literal('notifications/cancelled'),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

/**
 * Hears the messages of a client, of which in the newer era some begin and end listening; the
 * SDK answers them.
 */
export function watchListeners(watch: Watch): (message: JSONRPCMessage) => void {
  const listening = new Map<RequestId, readonly string[]>();
  return (message) => {
    const begun = listen.safeParse(message).data;
    if (begun !== undefined && !listening.has(begun.id)) {
      const uris = begun.params.notifications.resourceSubscriptions;
      listening.set(begun.id, uris);
      for (const uri of uris) watch.add(uri);
    }
    const id = cancelled.safeParse(message).data?.params.requestId;
    if (id === undefined) return;
    for (const uri of listening.get(id) ?? []) watch.remove(uri);
    listening.delete(id);
  };
}
