import { hkdfSync, randomBytes } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { Clock } from '../domain/clock.ts';

/** Somebody who signed in to the console. */
export interface Session {
  /** Random, new at each sign-in. */
  readonly id: string;
  /** The credential that he showed then; it is looked at again with every request. */
  readonly token: string;
}

/**
 * The sessions of the console. They lie in cookies that nobody without the key can read or make, and nowhere
 * else: any process with the same key takes them.
 */
export interface Sessions {
  /** By the header `cookie`; `null` where none is there, none of ours, or one that has ended. */
  find(cookies: string | undefined): Promise<Session | null>;
  /** A new session as values of `set-cookie`. Throws `SessionTooLargeError`. */
  start(session: NewSession): Promise<string[]>;
  /** Values of `set-cookie` that forget it. */
  end(options: CookieOptions): string[];
  /** Keeps something in a browser that it can neither read nor change. */
  seal(purpose: string, content: Record<string, string>, endsAtMs: number): Promise<string>;
  /** `null` where it was sealed for another purpose, by another key, or has ended. */
  unseal(purpose: string, text: string): Promise<Record<string, unknown> | null>;
}

export interface CookieOptions {
  /** Whether the browser reaches the server by https. */
  isSecure: boolean;
}

export interface NewSession extends CookieOptions {
  token: string;
  /** When the credential ends, in milliseconds since 1970: no session outlives it. */
  endsAtMs: number;
}

/** The credential has more bytes than browsers keep. */
export class SessionTooLargeError extends Error {}

/** Where the cookies of the console count, and nowhere else. */
export const COOKIE_PATH = '/ui';
/** The first of its pieces has this name. */
export const SESSION_COOKIE = 'bio_mcp_session';
/** A session lasts a working day. */
const MOST_LIFE_MS = 12 * 3_600_000;
/** A browser keeps 4,096 bytes of one cookie with its name and attributes, */
const PIECE_CHARACTERS = 3_800;
/** and Node reads 16 KiB of headers in all. */
const MOST_PIECES = 3;

export function createSessions({ key, clock }: { key: string; clock: Clock }): Sessions {
  const secret = new Uint8Array(hkdfSync('sha256', key, '', 'bio-mcp sessions', 32));

  async function seal(purpose: string, content: Record<string, string>, endsAtMs: number): Promise<string> {
    return new EncryptJWT(content)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(purpose)
      .setExpirationTime(Math.floor(endsAtMs / 1_000))
      .encrypt(secret);
  }

  async function unseal(purpose: string, text: string): Promise<Record<string, unknown> | null> {
    try {
      const { payload } = await jwtDecrypt(text, secret, {
        audience: purpose,
        currentDate: clock.now(),
        requiredClaims: ['exp'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }

  return {
    seal,
    unseal,
    async find(cookies) {
      const text = joinParts(cookies);
      const content = text === '' ? null : await unseal(SESSION_COOKIE, text);
      if (typeof content?.token !== 'string' || typeof content.id !== 'string') return null;
      return { id: content.id, token: content.token };
    },
    async start({ token, endsAtMs, isSecure }) {
      const nowMs = clock.now().getTime();
      const lastMs = Math.min(endsAtMs, nowMs + MOST_LIFE_MS);
      const text = await seal(SESSION_COOKIE, { token, id: randomBytes(16).toString('base64url') }, lastMs);
      const pieces = cut(text);
      if (pieces.length > MOST_PIECES) throw new SessionTooLargeError();
      const maxAgeSeconds = Math.max(0, Math.floor((lastMs - nowMs) / 1_000));
      return PIECE_NAMES.map((name, at) =>
        toSetCookie(name, pieces[at] ?? '', {
          isSecure,
          maxAgeSeconds: at < pieces.length ? maxAgeSeconds : 0,
        }),
      );
    },
    end: ({ isSecure }) => PIECE_NAMES.map((name) => toSetCookie(name, '', { isSecure, maxAgeSeconds: 0 })),
  };
}

const PIECE_NAMES = Array.from({ length: MOST_PIECES }, (_, at) =>
  at === 0 ? SESSION_COOKIE : `${SESSION_COOKIE}_${at}`,
);

function cut(text: string): string[] {
  const count = Math.ceil(text.length / PIECE_CHARACTERS);
  return Array.from({ length: count }, (_, at) =>
    text.slice(at * PIECE_CHARACTERS, (at + 1) * PIECE_CHARACTERS),
  );
}

function joinParts(cookies: string | undefined): string {
  return PIECE_NAMES.map((name) => findCookie(cookies, name) ?? '').join('');
}

/** The first of that name: browsers send the one of the longest path first. */
export function findCookie(cookies: string | undefined, name: string): string | null {
  for (const pair of cookies?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/** One that no script reads, and that no other site's form or frame sends along. */
export function toSetCookie(
  name: string,
  value: string,
  { isSecure, maxAgeSeconds }: CookieOptions & { maxAgeSeconds: number },
): string {
  const secure = isSecure ? '; Secure' : '';
  return `${name}=${value}; Path=${COOKIE_PATH}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}
