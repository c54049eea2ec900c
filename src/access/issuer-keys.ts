import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { z } from 'zod';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import type { Logger } from '../telemetry/logger.ts';
import { readJson } from './read-json.ts';

export interface IssuerKeysNeeds {
  /** As the settings name it, with or without a slash at its end. */
  issuer: string;
  /** Milliseconds from any fixed point. */
  now: () => number;
  logger: Logger;
}

/** The keys of an issuer, found by its own discovery document. */
export interface IssuerKeys {
  /** The issuer as it names itself in tokens. Throws `KeysUnavailableError`. */
  readIssuer(): Promise<string>;
  /**
   * The key that a token's header names. Throws `KeysUnavailableError`, and what jose throws where there is
   * none.
   */
  find(header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<KeySet>;
}

/** Nothing is known of the issuer's keys, or what is known is too old. */
export class KeysUnavailableError extends Error {}

type KeySet = ReturnType<typeof createLocalJWKSet>;
interface Known {
  issuer: string;
  keys: KeySet;
  readAtMs: number;
}

/** Older keys are read again beside the calls. */
const FRESH_MS = 10 * 60_000;
/** So long known keys go on where the issuer does not answer. */
const STALE_MS = 60 * 60_000;
/** A stranger can name keys that there are not; the issuer hears of it so often at once, */
const MOST_READS = 10;
/** and then once in that time: what a flood of them hides of a new key is no older. */
const READ_EVERY_MS = 6_000;
/** A request waits so long, however many documents the issuer answers slowly. */
const READ_MS = 5_000;
const MOST_KEYS = 100;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MOST_KEYS) });

export function createIssuerKeys({ issuer, now, logger }: IssuerKeysNeeds): IssuerKeys {
  const over = 'the keys of the issuer can be read again';
  const reads = createLastingFailure({ logger, over, fields: { issuer }, now });
  let known: Known | null = null;
  let reading: Promise<Known> | null = null;
  let readsLeft = MOST_READS;
  let countedAtMs = now();

  function read(): Promise<Known> {
    if (reading !== null) return reading;
    readsLeft = Math.min(MOST_READS, readsLeft + (now() - countedAtMs) / READ_EVERY_MS);
    countedAtMs = now();
    if (readsLeft < 1) {
      return Promise.reject(new KeysUnavailableError('the issuer was asked often enough'));
    }
    readsLeft -= 1;
    reading = readKeys(issuer, now)
      .then((fresh) => {
        known = fresh;
        reads.succeeded();
        return fresh;
      })
      .catch((error: unknown) => {
        reads.failed(error, 'the keys of the issuer could not be read');
        throw new KeysUnavailableError('the issuer does not answer as it should', { cause: error });
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  }

  async function get(): Promise<Known> {
    if (known === null || now() - known.readAtMs >= STALE_MS) return read();
    if (now() - known.readAtMs >= FRESH_MS) read().catch(() => undefined); // it was logged, and these go on
    return known;
  }

  return {
    readIssuer: async () => (await get()).issuer,
    async find(header, token) {
      const current = await get();
      try {
        return await current.keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // Perhaps the issuer has a new one.
        const fresh = await read().catch(() => current);
        if (fresh === current) throw error;
        return fresh.keys(header, token);
      }
    },
  };
}

async function readKeys(issuer: string, now: () => number): Promise<Known> {
  const options = { signal: AbortSignal.timeout(READ_MS) };
  const readAtMs = now();
  const about = discovery.parse(await readDiscovery(issuer, options));
  if (withoutSlash(about.issuer) !== withoutSlash(issuer)) {
    throw new Error(`the issuer calls itself ${about.issuer.slice(0, 200)}`);
  }
  const { protocol, hostname } = new URL(about.jwks_uri);
  if (protocol !== 'https:' && !(protocol === 'http:' && hostname === new URL(issuer).hostname)) {
    throw new Error('the issuer names an unsafe address for its keys');
  }
  const found = keySet.parse(await readJson(about.jwks_uri, options));
  return { issuer: about.issuer, keys: createLocalJWKSet(found as JSONWebKeySet), readAtMs }; // jose checks each key
}

/** OpenID Connect's own address, else that of RFC 8414. */
async function readDiscovery(issuer: string, options: { signal: AbortSignal }): Promise<unknown> {
  const base = withoutSlash(issuer);
  try {
    return await readJson(`${base}/.well-known/openid-configuration`, options);
  } catch (error) {
    options.signal.throwIfAborted();
    const { origin, pathname } = new URL(base);
    const path = pathname === '/' ? '' : pathname;
    return await readJson(`${origin}/.well-known/oauth-authorization-server${path}`, options).catch(() => {
      throw error;
    });
  }
}

function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}
