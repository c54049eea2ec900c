/** How far a caller may go; each includes those before it. */
export const SCOPES = ['read', 'sync', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
/** As tokens and issuers name them. */
export type ScopeName = `bio:${Scope}`;
export const SCOPE_NAMES = ['bio:read', 'bio:sync', 'bio:admin'] as const satisfies readonly ScopeName[];

/** Who asks, over HTTP. */
export interface Caller {
  /** A token's name, or the subject that an issuer names; `null` where the server asks nobody who he is. */
  readonly name: string | null;
  readonly via: 'nothing' | 'bearer' | 'oidc';
  /** The furthest; `null`: the credential is a right one and opens nothing here. */
  readonly scope: Scope | null;
}

/** Where the settings ask for no credential. */
export const ANYBODY: Caller = { name: null, via: 'nothing', scope: 'admin' };

export function mayUse({ scope }: Pick<Caller, 'scope'>, needed: Scope): boolean {
  return scope !== null && SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}

/** The furthest of these scopes; other names count for nothing, and `null` says that there was no other. */
export function toScope(names: Iterable<string>): Scope | null {
  const given = new Set(names);
  return SCOPES.findLast((scope) => given.has(`bio:${scope}`)) ?? null;
}

/** The names of a scope and of all that it includes. */
export function listScopeNames(scope: Scope | null): readonly ScopeName[] {
  return scope === null ? [] : SCOPE_NAMES.slice(0, SCOPES.indexOf(scope) + 1);
}
