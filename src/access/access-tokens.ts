import type { CallOptions } from '../domain/call-options.ts';
import type { ScopeName } from '../domain/caller.ts';

export interface AccessToken {
  /** Of the tokens that are not revoked, only one has it. */
  name: string;
  scopes: readonly ScopeName[];
  /** RFC 3339, this and the others. */
  createdAt: string;
  /** `null`: never. */
  expiresAt: string | null;
  revokedAt: string | null;
  /** A day, `YYYY-MM-DD`; `null`: never. */
  lastUsedOn: string | null;
}

export interface NewAccessToken {
  name: string;
  scopes: readonly ScopeName[];
  /** SHA-256 of the token's text, as hexadecimal digits: the text itself is kept nowhere. */
  hash: string;
  expiresAt: string | null;
}

/**
 * The bearer tokens that were given out, which all processes on a database share. Fails with
 * `DB_UNAVAILABLE`.
 */
export interface AccessTokens {
  /** Throws `VALIDATION` where a token of that name is there and not revoked. */
  create(token: NewAccessToken, options: CallOptions): Promise<AccessToken>;
  /** The newest first, revoked and expired ones too. */
  list(options: CallOptions): Promise<AccessToken[]>;
  /** Throws `NOT_FOUND` where no token of that name is there, or all are revoked. */
  revoke(name: string, options: CallOptions): Promise<AccessToken>;
  /** By the hash of its text, in whatever state; `null` where there never was one. */
  find(hash: string, options: CallOptions): Promise<(AccessToken & { hash: string }) | null>;
  /** Writes the day down, unless a later one is there. */
  markUsed(hash: string, day: string, options: CallOptions): Promise<void>;
}
