import { errors, type JWTPayload, jwtVerify } from 'jose';
import { SCOPE_NAMES, type ScopeName, toScope } from '../domain/caller.ts';
import type { Clock } from '../domain/clock.ts';
import { type IssuerKeys, KeysUnavailableError } from './issuer-keys.ts';
import { type LookAt, refuse } from './verdict.ts';

export interface OidcNeeds {
  keys: IssuerKeys;
  /** `null`: the address of `/mcp` as the request names it. */
  audience: string | null;
  scopeClaims: readonly string[];
  scopeMap: readonly { value: string; scope: ScopeName }[];
  clock: Clock;
}

/** None that a public key could be the secret of. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const SKEW_SECONDS = 60;
/** Of an access token; an issuer signs other kinds of tokens with the same keys. */
const TYPES = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);
const MOST_NAME_CHARACTERS = 200;

/** Looks at the access tokens of an issuer: JWTs that it signed, for this server. */
export function createOidcLook(needs: OidcNeeds): LookAt {
  const { keys, clock, scopeClaims, scopeMap } = needs;
  return async (token, { resource }) => {
    const audience = needs.audience ?? resource;
    if (audience === null)
      return refuse('the request names no host, so that nothing tells who the token is for');
    try {
      const issuer = await keys.readIssuer();
      const { payload, protectedHeader } = await jwtVerify(token, keys.find, {
        issuer,
        algorithms: ALGORITHMS,
        clockTolerance: SKEW_SECONDS,
        requiredClaims: ['exp'],
        currentDate: clock.now(),
      });
      const fault = findFault(payload, protectedHeader.typ, { audience, isSet: needs.audience !== null });
      if (fault !== null) return refuse(fault);
      const name = toName(payload);
      if (name === null) return refuse('a token that names nobody');
      return {
        caller: { name, via: 'oidc', scope: toScope(readScopes(payload, scopeClaims, scopeMap)) },
        endsAtMs: ((payload.exp ?? 0) + SKEW_SECONDS) * 1_000,
      };
    } catch (error) {
      if (error instanceof KeysUnavailableError) return refuse(error.message, { counts: false });
      if (error instanceof errors.JOSEError) return refuse(`${error.code}: ${error.message}`);
      // What Node's cryptography makes of a key or a signature that is no such thing.
      if (error instanceof TypeError || error instanceof DOMException) return refuse(error.message);
      throw error;
    }
  };
}

function findFault(
  payload: JWTPayload,
  type: string | undefined,
  { audience, isSet }: { audience: string; isSet: boolean },
): string | null {
  if (!TYPES.has(type?.toLowerCase())) return `a token of type ${String(type).slice(0, 40)}`;
  const { aud, client_id: clientId } = payload;
  // Cognito names the client alone.
  const named = aud ?? (isSet ? clientId : undefined);
  if (![named].flat().includes(audience)) return 'a token for somebody else';
  const isIdToken =
    payload.token_use === 'id' || payload.typ === 'ID' || 'at_hash' in payload || 'c_hash' in payload;
  if (isIdToken) return 'an ID token';
  return 'cnf' in payload ? 'a token that is bound to a key of its holder' : null;
}

function toName({ sub, client_id: clientId, azp }: JWTPayload): string | null {
  const name = [sub, clientId, azp].find((one) => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? name.slice(0, MOST_NAME_CHARACTERS) : null;
}

function readScopes(
  payload: JWTPayload,
  claims: OidcNeeds['scopeClaims'],
  map: OidcNeeds['scopeMap'],
): ScopeName[] {
  const values = new Set(claims.flatMap((claim) => toWords(findClaim(payload, claim))));
  return [
    ...SCOPE_NAMES.filter((name) => values.has(name)),
    ...map.filter(({ value }) => values.has(value)).map(({ scope }) => scope),
  ];
}

/** By its name; where there is none of that name, its dots lead into objects. */
function findClaim(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split('.').reduce<unknown>((found, part) => {
    const isObject = typeof found === 'object' && found !== null && Object.hasOwn(found, part);
    return isObject ? (found as Record<string, unknown>)[part] : undefined;
  }, payload);
}

/** A value with blanks in it, such as the name of a group, counts as a whole too. */
function toWords(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...value.split(' ')];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
