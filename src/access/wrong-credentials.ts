import { isIPv6 } from 'node:net';

/** How many wrong credentials an address may show within a minute. */
const MOST_A_MINUTE = 100;
const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** Counts the wrong credentials of each address, by minutes of its own that begin with the first one. */
export interface WrongCredentials {
  /** Counts one. Resolves to how long the address has to wait where that was one too many, else `null`. */
  count(address: string): number | null;
}

export function createWrongCredentials({ now }: { now: () => number }): WrongCredentials {
  const minutes = new Map<string, { count: number; endsAtMs: number }>();

  function makeRoom(): void {
    for (const [address, { endsAtMs }] of minutes) if (endsAtMs <= now()) minutes.delete(address);
    // Whoever has so many addresses is not held by this count; those that it knows longest are let go.
    for (const address of minutes.keys()) {
      if (minutes.size < MOST_ADDRESSES) return;
      minutes.delete(address);
    }
  }

  return {
    count(address) {
      const network = toNetwork(address);
      const known = minutes.get(network);
      if (known !== undefined && known.endsAtMs > now()) {
        known.count += 1;
        return known.count > MOST_A_MINUTE ? known.endsAtMs - now() : null;
      }
      if (minutes.size >= MOST_ADDRESSES) makeRoom();
      minutes.set(network, { count: 1, endsAtMs: now() + MINUTE_MS });
      return null;
    },
  };
}

/** One subscriber of IPv6 has a /64 and any address in it. */
function toNetwork(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail.split(':').filter((group) => group !== '');
  const filled = address.includes('::')
    ? [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest]
    : groups;
  return filled.slice(0, 4).join(':');
}
