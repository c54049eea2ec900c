/** Each of them is read as verify-full, unless the URL asks for the rules of libpq. */
const LOOSE: ReadonlySet<string> = new Set(['allow', 'prefer', 'require', 'verify-ca']);

const MODES: ReadonlySet<string> = new Set(['disable', 'no-verify', 'verify-full', ...LOOSE]);

/** Whether a PostgreSQL URL names an `sslmode` that exists, or none. */
export function hasKnownSslMode(url: string): boolean {
  const mode = URL.parse(url)?.searchParams.get('sslmode') ?? '';
  return mode === '' || MODES.has(mode);
}

/** The `sslmode` of a PostgreSQL URL that promises less than is done; `null`: there is none. */
export function findLooseSslMode(url: string | undefined): string | null {
  const parameters = URL.parse(url ?? '')?.searchParams;
  const mode = parameters?.get('sslmode') ?? null;
  return mode !== null && LOOSE.has(mode) && parameters?.get('uselibpqcompat') !== 'true' ? mode : null;
}
