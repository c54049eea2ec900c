import type { Clock } from '../domain/clock.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { type Asked, type LookAt, refuse, type Verdict } from './verdict.ts';

export interface CredentialsNeeds {
  /** `null` where the settings do not ask for this kind. */
  bearer: LookAt | null;
  oidc: LookAt | null;
  clock: Clock;
  /** Milliseconds from any fixed point. */
  now: () => number;
  /** For one look: the database's own patience is longer than a caller's. Default 3 s. */
  lookMs?: number;
}

/**
 * Tells who shows a credential. What holds is remembered for some seconds, so that a call costs no look of
 * its own.
 */
export interface Credentials {
  /**
   * At once where it was looked at a moment ago. Throws where it cannot be told now, such as
   * `DB_UNAVAILABLE`.
   */
  lookAt(token: string, asked: Asked): Verdict | Promise<Verdict>;
}

/** A revocation holds everywhere within 10 s: what was seen is looked at again after this time, */
const FRESH_MS = 3_000;
/** and where it cannot be, it holds no longer than that. */
const STALE_MS = 6_000;
const LOOK_MS = 3_000;
/** Longer ones are none: an access token of an issuer has a few kilobytes. */
const MOST_CHARACTERS = 16_384;
const MOST_REMEMBERED = 2_000;

interface Seen {
  verdict: Verdict;
  atMs: number;
  /** That it was for; `null`: any. */
  resource: string | null;
}

export function createCredentials({
  bearer,
  oidc,
  clock,
  now,
  lookMs = LOOK_MS,
}: CredentialsNeeds): Credentials {
  /**
   * By the token itself, the oldest first. A map of texts goes by a hash whose key is random in each
   * process, and compares no text whose hash is another: how long it takes does not tell how much of a guess
   * is right.
   */
  const seen = new Map<string, Seen>();
  const looking = new Map<string, Promise<Verdict>>();

  function remember(token: string, found: Seen): void {
    seen.delete(token);
    // A stranger's wrong ones push out nobody's right one.
    if (found.verdict.caller === null) return;
    for (const oldest of seen.keys()) {
      if (seen.size < MOST_REMEMBERED) break;
      seen.delete(oldest);
    }
    seen.set(token, found);
  }

  function find(token: string, resource: string | null, mostMs: number): Verdict | null {
    const last = seen.get(token);
    if (last === undefined || last.resource !== resource || now() - last.atMs >= mostMs) return null;
    return requireUnexpired(last.verdict, clock);
  }

  async function look(
    lookAtOne: LookAt,
    token: string,
    { resource, staleMs }: Required<Asked>,
  ): Promise<Verdict> {
    const atMs = now();
    try {
      const signal = AbortSignal.timeout(lookMs);
      // Nobody's leaving ends a look that others wait for too.
      const verdict = await untilAborted(lookAtOne(token, { resource, signal }), signal).catch(
        (error: unknown) => {
          if (!signal.aborted) throw error;
          if (lookAtOne === oidc) return refuse('the issuer does not answer in time', { counts: false });
          throw new BioMcpError('DB_TIMEOUT', null, { cause: error });
        },
      );
      remember(token, { verdict, atMs, resource });
      return verdict;
    } catch (error) {
      const last = find(token, resource, staleMs);
      if (last !== null) return last;
      throw error;
    }
  }

  return {
    lookAt(token, asked) {
      if (token.length > MOST_CHARACTERS) return refuse('too long a credential');
      const isOurs = token.startsWith('biomcp_');
      const lookAtOne = isOurs ? bearer : oidc;
      if (lookAtOne === null) return refuse('a credential of a kind that the settings do not take');
      const resource = isOurs ? null : asked.resource;
      const last = find(token, resource, FRESH_MS);
      if (last !== null) return last;
      const { staleMs = STALE_MS } = asked;
      const key = `${token} ${staleMs} ${resource ?? ''}`;
      let running = looking.get(key);
      if (running === undefined) {
        running = look(lookAtOne, token, { resource, staleMs }).finally(() => looking.delete(key));
        looking.set(key, running);
      }
      return running;
    },
  };
}

function requireUnexpired(verdict: Verdict, clock: Clock): Verdict {
  const isOver = verdict.caller !== null && verdict.endsAtMs <= clock.now().getTime();
  return isOver ? refuse('expired') : verdict;
}
