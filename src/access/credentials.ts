import { hash } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { untilAborted } from '../domain/until-aborted.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { type LookAt, type LookOptions, refuse, type Verdict } from './verdict.ts';

export interface CredentialsParts {
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
  lookAt(token: string, options: LookOptions): Verdict | Promise<Verdict>;
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
}

export function createCredentials({
  bearer,
  oidc,
  clock,
  now,
  lookMs = LOOK_MS,
}: CredentialsParts): Credentials {
  const seen = new Map<string, Seen>();
  const looking = new Map<string, Promise<Verdict>>();

  function remember(key: string, verdict: Verdict, atMs: number): void {
    // A stranger's wrong ones push out nobody's right one.
    if (verdict.caller === null) {
      seen.delete(key);
      return;
    }
    if (seen.size >= MOST_REMEMBERED) {
      for (const oldest of seen.keys()) {
        seen.delete(oldest);
        break;
      }
    }
    seen.delete(key);
    seen.set(key, { verdict, atMs });
  }

  async function look(key: string, lookAtOne: LookAt, token: string, options: LookOptions): Promise<Verdict> {
    const atMs = now();
    try {
      const signal = AbortSignal.timeout(lookMs);
      // Nobody's leaving ends a look that others wait for too.
      const verdict = await untilAborted(lookAtOne(token, { ...options, signal }), signal).catch(
        (error: unknown) => {
          if (!signal.aborted) throw error;
          if (lookAtOne === oidc) return refuse('the issuer does not answer in time', { counts: false });
          throw new BioMcpError('DB_TIMEOUT', null, { cause: error });
        },
      );
      remember(key, verdict, atMs);
      return verdict;
    } catch (error) {
      const last = seen.get(key);
      if (last !== undefined && now() - last.atMs < (options.staleMs ?? STALE_MS))
        return requireUnexpired(last.verdict, clock);
      throw error;
    }
  }

  return {
    lookAt(token, options) {
      if (token.length > MOST_CHARACTERS) return refuse('too long a credential');
      const lookAtOne = token.startsWith('biomcp_') ? bearer : oidc;
      if (lookAtOne === null) return refuse('a credential of a kind that the settings do not take');
      const key = `${hash('sha256', token, 'base64')} ${options.resource ?? ''}`;
      const last = seen.get(key);
      if (last !== undefined && now() - last.atMs < FRESH_MS) return requireUnexpired(last.verdict, clock);
      const lookKey = `${key} ${options.staleMs ?? STALE_MS}`;
      let running = looking.get(lookKey);
      if (running === undefined) {
        running = look(key, lookAtOne, token, options).finally(() => looking.delete(lookKey));
        looking.set(lookKey, running);
      }
      return running;
    },
  };
}

function requireUnexpired(verdict: Verdict, clock: Clock): Verdict {
  const isOver = verdict.caller !== null && verdict.endsAtMs <= clock.now().getTime();
  return isOver ? refuse('expired') : verdict;
}
