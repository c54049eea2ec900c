import { timingSafeEqual } from 'node:crypto';
import { toScope } from '../domain/caller.ts';
import type { Clock } from '../domain/clock.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AccessTokens } from './access-tokens.ts';
import { isTokenText, toTokenHash } from './token-text.ts';
import { type LookAt, refuse } from './verdict.ts';

export interface BearerNeeds {
  tokens: Pick<AccessTokens, 'find' | 'markUsed'>;
  clock: Clock;
  logger: Logger;
}

/** Of tokens that are in use, so that the day is written once. */
const MOST_REMEMBERED = 10_000;

/** Looks at the tokens of `bio-mcp token create`. */
export function createBearerLook({ tokens, clock, logger }: BearerNeeds): LookAt {
  const marks = createLastingFailure({ logger, over: 'the last use of tokens is written down again' });
  const usedOn = new Map<string, string>();

  function markUsed(hash: string): void {
    const day = clock.now().toISOString().slice(0, 10);
    if (usedOn.get(hash) === day) return;
    if (usedOn.size >= MOST_REMEMBERED) usedOn.clear();
    usedOn.set(hash, day);
    // The caller does not wait for it, and a day that is missing harms nobody.
    tokens
      .markUsed(hash, day, { signal: new AbortController().signal })
      .then(marks.succeeded, (error: unknown) => {
        usedOn.delete(hash);
        marks.failed(error, 'the last use of a token could not be written down');
      });
  }

  return async (text, options) => {
    if (!isTokenText(text)) return refuse('no token of ours');
    const hash = toTokenHash(text);
    const found = await tokens.find(hash, options);
    if (found === null || !isSame(found.hash, hash)) return refuse('unknown token');
    const { name, scopes, expiresAt, revokedAt } = found;
    if (revokedAt !== null) return refuse(`revoked token ${name}`);
    const endsAtMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
    if (endsAtMs <= clock.now().getTime()) return refuse(`expired token ${name}`);
    markUsed(hash);
    return { caller: { name, via: 'bearer', scope: toScope(scopes) }, endsAtMs };
  };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
