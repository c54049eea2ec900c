import { randomBytes } from 'node:crypto';
import type { AccessTokens } from '../../access/access-tokens.ts';
import { createBearerLook } from '../../access/bearer.ts';
import { createCredentials } from '../../access/credentials.ts';
import { createSessions } from '../../access/sessions.ts';
import type { LookAt } from '../../access/verdict.ts';
import { createWrongCredentials } from '../../access/wrong-credentials.ts';
import type { Config } from '../../config/config.ts';
import { type Clock, systemClock } from '../../domain/clock.ts';
import type { Access } from '../../http/plugins/guard.ts';
import type { Logger } from '../../telemetry/logger.ts';

export interface AccessNeeds {
  config: Pick<Config, 'auth' | 'http'>;
  tokens: Pick<AccessTokens, 'find' | 'markUsed'>;
  logger: Logger;
  /** Sessions of the console are held to it. Default: of this process alone. */
  sessionKey?: string;
  clock?: Clock;
  /** Milliseconds from any fixed point. */
  now?: () => number;
}

/** Who may ask, by the settings; `null`: anybody. Opens nothing yet. */
export async function openAccess({
  config: { auth, http },
  tokens,
  logger,
  sessionKey = createSessionKey(),
  clock = systemClock,
  now = () => performance.now(),
}: AccessNeeds): Promise<(Access & { issuer: string | null }) | null> {
  if (!auth.bearer && auth.oidc === null) return null;
  const bearer = auth.bearer ? createBearerLook({ tokens, clock, logger }) : null;
  const oidc = auth.oidc === null ? null : await openOidc(auth.oidc, { clock, now, logger });
  const pages = auth.oidc === null ? null : await openSignIn(auth.oidc, now);
  return {
    credentials: createCredentials({ bearer, oidc, clock, now }),
    wrong: createWrongCredentials({ now }),
    sessions: createSessions({ key: sessionKey, clock }),
    signIn: { token: auth.bearer, issuer: pages },
    publicUrl: http.publicUrl,
    issuer: auth.oidc?.issuer ?? null,
  };
}

/** For a process whose settings name none: its sessions end with it. */
export function createSessionKey(): string {
  return randomBytes(32).toString('base64url');
}

/** What reads tokens of an issuer is loaded where one is set. */
async function openOidc(
  settings: NonNullable<Config['auth']['oidc']>,
  { clock, now, logger }: Required<Pick<AccessNeeds, 'clock' | 'now' | 'logger'>>,
): Promise<LookAt> {
  const { createIssuerKeys } = await import('../../access/issuer-keys.ts');
  const { createOidcLook } = await import('../../access/oidc.ts');
  const keys = createIssuerKeys({ issuer: settings.issuer, now, logger });
  return createOidcLook({ ...settings, keys, clock });
}

/** For people at the console, where this server is registered as a client of the issuer. */
async function openSignIn({ client, ...settings }: NonNullable<Config['auth']['oidc']>, now: () => number) {
  if (client === null) return null;
  const { createIssuerSignIn } = await import('../../access/issuer-sign-in.ts');
  return { name: new URL(settings.issuer).host, pages: createIssuerSignIn({ ...settings, client, now }) };
}
