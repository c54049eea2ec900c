import { z } from 'zod';
import { SCOPE_NAMES, type ScopeName } from '../../domain/caller.ts';
import { headerSecret, isHttpUrl, namesBetweenCommas, notes, type SettingsOf } from '../setting-forms.ts';
import type { httpSettings } from './http.ts';

const AUTH_KINDS = ['none', 'bearer', 'oidc'] as const;

/** Who may use the server, and what he shows. */
export const accessSettings = {
  BIO_MCP_AUTH: namesBetweenCommas(
    new RegExp(`^(?:${AUTH_KINDS.join('|')})$`),
    'none, bearer, oidc, or bearer,oidc',
  )
    .pipe(z.array(z.enum(AUTH_KINDS)))
    .refine((kinds) => kinds.length === 1 || !kinds.includes('none'), {
      error: 'must be none alone, or bearer, oidc or both',
    })
    .default(['none'])
    .register(notes, {
      about:
        'What callers over HTTP show: `none` asks nobody; `bearer` takes the tokens of `bio-mcp token create`; `oidc` those of ' +
        'an issuer; `bearer,oidc` either. See [security](security.md).',
    }),
  BIO_MCP_OIDC_ISSUER: z
    .string()
    .refine((text) => isHttpUrl(text) && isSafeIssuer(text), {
      error: 'must be an https URL without user, password, ? and #; http is taken on loopback alone',
    })
    .optional()
    .register(notes, {
      about:
        'The issuer whose tokens `BIO_MCP_AUTH=oidc` takes, as its `iss` claim names it; required with it.',
      shownDefault: 'none',
    }),
  BIO_MCP_OIDC_CLIENT_ID: z
    .string()
    .max(1_000)
    .optional()
    .register(notes, {
      about:
        'What the console and `bio-mcp connect` call themselves at the issuer, where they were registered there beforehand. Without it ' +
        'nobody signs in to the console by the issuer.',
      shownDefault: '`bio-mcp connect` registers itself',
    }),
  BIO_MCP_OIDC_CLIENT_SECRET: z.string().max(4_096).optional().register(notes, {
    about: 'The secret of that client, where the issuer gave it one.',
    shownDefault: 'none',
  }),
  BIO_MCP_TOKEN: headerSecret().optional().register(notes, {
    about: 'The token that `bio-mcp connect` shows to its server.',
    shownDefault: 'its user signs in by the browser',
  }),
  BIO_MCP_OIDC_SIGN_IN_SCOPES: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}(?: [\x21-\x7e]{1,200}){0,50}$/, {
      error: 'must be names of scopes, with blanks between them',
    })
    .refine((text) => text.split(' ').includes('openid'), { error: 'must name openid among the scopes' })
    .optional()
    .register(notes, {
      about:
        'The scopes that the console asks the issuer for, between blanks, where its names for them are longer than those in tokens: ' +
        '`openid api://bio-mcp/bio.read`.',
      shownDefault:
        '`openid`, and where tokens tell of scopes, `bio:read bio:sync bio:admin` or the values of `BIO_MCP_OIDC_SCOPE_MAP`',
    }),
  BIO_MCP_SESSION_KEY: z
    .string()
    .min(32, { error: 'must have at least 32 characters, such as those of `openssl rand -base64 32`' })
    .max(1_000)
    .optional()
    .register(notes, {
      about:
        'The key of the sessions of the [console](console.md), the same for every process behind one address: 32 characters or more that ' +
        'nobody can guess.',
      shownDefault: 'made at start: who is signed in signs in anew after it',
    }),
  BIO_MCP_OIDC_AUDIENCE: z.string().max(1_000).optional().register(notes, {
    about:
      'What `aud` of a token has to name (`client_id` where an issuer such as Cognito leaves `aud` out).',
    shownDefault: 'the address of `/mcp`, see `BIO_MCP_HTTP_PUBLIC_URL`',
  }),
  BIO_MCP_OIDC_SCOPE_CLAIM: claimsBetweenCommas()
    .default(['scope'])
    .register(notes, {
      about:
        'The claims, between commas, that hold the scopes of a token, as a list or as words: `scope`, `scp`, `roles`, ' +
        '`groups`, `cognito:groups`, or with dots for what lies deeper (`realm_access.roles`).',
    }),
  BIO_MCP_OIDC_SCOPE_MAP: z
    .string()
    .refine((text) => toScopeMap(text) !== null, {
      error:
        'must be value=scope pairs with commas between them, such as bio-readers=bio:read; scopes are bio:read, bio:sync and bio:admin',
    })
    .transform((text) => toScopeMap(text) ?? [])
    .optional()
    .register(notes, {
      about:
        'What other values of those claims stand for: `value=scope` pairs between commas, such as ' +
        '`bio-readers=bio:read,bio-curators=bio:sync`.',
      shownDefault: 'none: the claim names `bio:read`, `bio:sync` or `bio:admin` itself',
    }),
};

/** What callers over HTTP show. */
export function toAuth(settings: SettingsOf<typeof accessSettings>) {
  const { BIO_MCP_AUTH: kinds, BIO_MCP_OIDC_ISSUER: issuer } = settings;
  const oidc = {
    /** `null`: the address of `/mcp`. */
    audience: settings.BIO_MCP_OIDC_AUDIENCE ?? null,
    scopeClaims: settings.BIO_MCP_OIDC_SCOPE_CLAIM,
    scopeMap: settings.BIO_MCP_OIDC_SCOPE_MAP ?? [],
    /** What the console asks the issuer for, between blanks; `null`: see `chooseScopes`. */
    scopes: settings.BIO_MCP_OIDC_SIGN_IN_SCOPES ?? null,
    /** `null`: nobody signs in to the console by the issuer. */
    client: toClient(settings),
  };
  return {
    bearer: kinds.includes('bearer'),
    /** Of the sessions of the console; `null`: each process makes its own. */
    sessionKey: settings.BIO_MCP_SESSION_KEY ?? null,
    oidc: kinds.includes('oidc') && issuer !== undefined ? { issuer, ...oidc } : null,
  };
}

/** What `bio-mcp connect` shows to its server. */
export function toConnect(settings: SettingsOf<typeof accessSettings>) {
  return {
    /** `null`: its user signs in. */
    token: settings.BIO_MCP_TOKEN ?? null,
    client: toClient(settings),
  };
}

function toClient(settings: SettingsOf<typeof accessSettings>): { id: string; secret: string | null } | null {
  const { BIO_MCP_OIDC_CLIENT_ID: id, BIO_MCP_OIDC_CLIENT_SECRET: secret } = settings;
  return id === undefined ? null : { id, secret: secret ?? null };
}

export function findMissingOfAccess(given: NodeJS.ProcessEnv): string[] {
  const asksIssuer =
    given.BIO_MCP_AUTH?.toLowerCase()
      .split(',')
      .some((kind) => kind.trim() === 'oidc') ?? false;
  return asksIssuer && given.BIO_MCP_OIDC_ISSUER === undefined
    ? ['BIO_MCP_OIDC_ISSUER is required with BIO_MCP_AUTH=oidc: the issuer whose tokens are taken.']
    : [];
}

export function listAccessWarnings(
  settings: SettingsOf<typeof accessSettings & typeof httpSettings>,
): string[] {
  const { BIO_MCP_AUTH: kinds, BIO_MCP_OIDC_ISSUER: issuer, BIO_MCP_OIDC_AUDIENCE: audience } = settings;
  const warnings: string[] = [];
  if (issuer !== undefined && !kinds.includes('oidc')) {
    warnings.push('BIO_MCP_OIDC_ISSUER has no effect without BIO_MCP_AUTH=oidc.');
  }
  if (kinds.includes('oidc') && audience === undefined && settings.BIO_MCP_HTTP_PUBLIC_URL === undefined) {
    warnings.push(
      'Neither BIO_MCP_HTTP_PUBLIC_URL nor BIO_MCP_OIDC_AUDIENCE is set: tokens are taken for the address that each request names.',
    );
  }
  return warnings;
}

/** Claims keep their case. */
function claimsBetweenCommas() {
  const toNames = (text: string) => text.split(',').map((name) => name.trim());
  return z
    .string()
    .refine((text) => toNames(text).every((name) => /^[\x21-\x7e]{1,100}$/.test(name)), {
      error: 'must be names of claims, with commas between them',
    })
    .transform(toNames);
}

/** `null` where the text is none. A value may hold `=` itself: the last one divides it from its scope. */
function toScopeMap(text: string): { value: string; scope: ScopeName }[] | null {
  const pairs = text.split(',').map((pair) => {
    const at = pair.lastIndexOf('=');
    const value = pair.slice(0, Math.max(at, 0)).trim();
    const scope = SCOPE_NAMES.find((name) => name === pair.slice(at + 1).trim());
    return value === '' || scope === undefined ? null : { value, scope };
  });
  return pairs.includes(null) ? null : pairs.filter((pair) => pair !== null);
}

/** Keys over http could be anybody's. */
function isSafeIssuer(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '');
}
