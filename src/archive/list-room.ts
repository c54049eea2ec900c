import type { CallOptions } from '../domain/call-options.ts';
import type { Archive, ArchivedObject } from './archive.ts';

/** What lies below a prefix, and how the keys in it go on (`archive-key.ts` makes them). */
const ROOMS = {
  raw: /^pmid=\d{3}\/\d{3}\/\d{3}\/[^/]+$/,
  history: /^pmid=\d{3}\/\d{3}\/\d{3}\/[^/]+$/,
  unidentified: /^[^/]+$/,
  manifests: /^[^/]+$/,
  state: /^[^/]+$/,
} as const;
export type Room = keyof typeof ROOMS;

/** What holds records in envelopes. */
export const RECORD_ROOMS = ['raw', 'history', 'unidentified'] as const satisfies readonly Room[];

/**
 * Whether a key is one of this very prefix: another corpus may lie in the same bucket below a prefix that
 * begins with a room of this one, such as `pubmed/state`.
 */
export function isBelow(prefix: string, key: string): boolean {
  const rooms = Object.keys(ROOMS) as Room[]; // its own keys
  return rooms.some((room) => isInRoom(prefix, room, key));
}

/** The folders of a prefix, the outer one first. */
export function listFolders(prefix: string): string[] {
  return [prefix, ...Object.keys(ROOMS).map((room) => `${prefix}/${room}`)];
}

function isInRoom(prefix: string, room: Room, key: string): boolean {
  const start = `${prefix}/${room}/`;
  return key.startsWith(start) && ROOMS[room].test(key.slice(start.length));
}

/** The objects of one room, in the order of keys, without those of another corpus (`isBelow`). */
export async function* listRoom(
  { archive, prefix }: { archive: Pick<Archive, 'list'>; prefix: string },
  room: Room,
  options: CallOptions,
): AsyncGenerator<ArchivedObject> {
  for await (const object of archive.list(`${prefix}/${room}/`, options)) {
    if (isInRoom(prefix, room, object.key)) yield object;
  }
}
