import { listCauses, toConnectionRemedy } from '../../../errors/connection-fault.ts';
import { toPoolerRemedy } from './pooler-refusals.ts';

/** SQLSTATE 53100 is "disk full" (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const DISK_FULL = new Set(['53100', 'ENOSPC', 'EDQUOT']);
const IO_ERROR = /\b(?:input\/output|i\/o) error/i;
const FULL =
  'The disk that holds the database is full: free some space on it and run the same command again.';
const BROKEN_DISK =
  'The disk that holds the database reports a failure: check its health before anything else.';

const WRONG_LOGIN =
  'The database does not take user and password: correct them in BIO_MCP_DATABASE_URL, or in the file or secret that it names, which is read again once they are right.';
const STARTING =
  'The database is starting, recovering or shutting down: it answers once that is done; see its log where that lasts.';
const NO_HOST =
  'The host of the database is not known: correct it in BIO_MCP_DATABASE_URL, or see to the DNS.';

const FEW_FILES =
  'This process may not open enough files: raise the limit (`ulimit -n`, LimitNOFILE of systemd) to 1024 or more.';

/** By words, before any code: one code stands for several causes. */
const BY_WORDS: readonly { words: RegExp; remedy: string }[] = [
  {
    words: /, (?:no encryption|SSL off)$|^SSL required/i,
    remedy:
      'The database takes encrypted connections only: add `?sslmode=verify-full` to BIO_MCP_DATABASE_URL.',
  },
  {
    words: /no pg_hba\.conf entry|pg_hba\.conf rejects/i,
    remedy:
      'The database lets this user or this machine not in: add a line for them to its pg_hba.conf, or correct BIO_MCP_DATABASE_URL.',
  },
  {
    words: /server does not support SSL connections/i,
    remedy:
      'The database speaks no TLS: take `sslmode` out of BIO_MCP_DATABASE_URL, or switch `ssl` on in its postgresql.conf.',
  },
  {
    words: /is not currently accepting connections/i,
    remedy:
      'The database is closed to connections: open it by `alter database … allow_connections true`, or correct BIO_MCP_DATABASE_URL.',
  },
  {
    words: /too many connections for (?:role|database)/i,
    remedy:
      'The database gives this user no further connection: raise its limit by `alter role … connection limit` (or that of the database), or lower BIO_MCP_DATABASE_POOL_SIZE.',
  },
  {
    words: /client password must be a string|no password supplied/i,
    remedy: 'The database asks for a password: write one into BIO_MCP_DATABASE_URL, or set PGPASSWORD.',
  },
];

/** By SQLSTATE, or by the code of a call. */
const BY_CODE: Readonly<Record<string, string>> = {
  '28P01': WRONG_LOGIN,
  '28000': WRONG_LOGIN,
  '3D000': 'The database does not exist: create it, or correct BIO_MCP_DATABASE_URL.',
  '3F000':
    'The database has no schema public: make it by `create schema public`, owned by the user of BIO_MCP_DATABASE_URL.',
  '42501':
    'The database denies its user something: the user must own the tables and may create schemas in the database and tables in the schema public.',
  '53300':
    'The database has no connection left: raise its max_connections, or lower BIO_MCP_DATABASE_POOL_SIZE.',
  '53200':
    'The database has no memory left: give the server more, or lower its work_mem and max_connections.',
  '25006':
    'The database takes no writes, as a replica does: point BIO_MCP_DATABASE_URL to the primary, or switch default_transaction_read_only off.',
  '57P02': STARTING,
  '57P03': STARTING,
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  EAI_NODATA: NO_HOST,
  EMFILE: FEW_FILES,
  ENFILE: FEW_FILES,
};

/** A sentence that says what to do; `null` where nothing is known of the cause. */
export function toPostgresRemedy(error: unknown): string | null {
  const certificate = toConnectionRemedy(error, {
    who: 'The database',
    setting: 'BIO_MCP_DATABASE_URL',
  });
  if (certificate !== null) return certificate;
  for (const { code, message } of listCauses(error)) {
    if (DISK_FULL.has(code) || /no space left/i.test(message)) return FULL;
    if (IO_ERROR.test(message)) return BROKEN_DISK;
    // PgBouncer passes PostgreSQL's refusal of a login on, word for word, under a code of its own.
    const ofPooler = code === '28P01' ? null : toPoolerRemedy(message);
    const byWords = ofPooler ?? BY_WORDS.find(({ words }) => words.test(message))?.remedy;
    const remedy = byWords ?? BY_CODE[code];
    if (remedy !== undefined) return remedy;
  }
  return null;
}
