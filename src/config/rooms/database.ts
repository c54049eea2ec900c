import { z } from 'zod';
import { findLooseSslMode, hasKnownSslMode } from '../../domain/settings/loose-ssl-mode.ts';
import { type Load, toDatabasePoolSize } from '../pool-sizes.ts';
import { notes, type SettingsOf, wholeNumber } from '../setting-forms.ts';

const POSTGRES_PROTOCOLS = ['postgres:', 'postgresql:'];

export const databaseSettings = {
  BIO_MCP_DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, { error: ({ input }) => toUrlProblem(String(input)) })
    .refine(hasKnownSslMode, {
      error:
        'has an sslmode that is none: it must be verify-full, or no-verify for no check of the certificate, or disable for no encryption',
    })
    .optional()
    .register(notes, {
      about: 'PostgreSQL (15 or later) to keep documents and pointers in.',
      shownDefault: 'PGlite in the data folder',
    }),
  BIO_MCP_DATABASE_POOL_SIZE: wholeNumber(2, 500)
    .optional()
    .register(notes, {
      about:
        'Connections to PostgreSQL that a process opens at most for its work. Up to 7 more come beside them, each when it is ' +
        'needed: one for notices, 6 for the publish lock, migrations and a reindex. PostgreSQL itself allows 100 in all ' +
        'unless told otherwise.',
      shownDefault:
        '1 for each 50 requests that may run at once (4), and 2 for each job that the process may run at once; at most 80',
    }),
  BIO_MCP_DATABASE_STATEMENT_TIMEOUT_SECONDS: wholeNumber(1, 3_600).default(60).register(notes, {
    about: 'PostgreSQL ends a statement that takes longer. Migrations and a reindex take the time they need.',
  }),
  BIO_MCP_DATABASE_FSYNC: z
    .stringbool()
    .default(true)
    .register(notes, {
      about:
        'The embedded database waits until the disk has each commit, and on Linux first everything that the commit names: ' +
        'archive objects, `state/`, the index. With `false` a power cut may lose or damage it; `bio-mcp reindex` is what ' +
        'helps then.',
    }),
  BIO_MCP_DATABASE_LOCK_SECONDS: wholeNumber(1, 45)
    .default(45)
    .register(notes, {
      about:
        'On PostgreSQL one process writes at a time. One that gave no sign of life for so long, such as a paused machine, loses ' +
        'its turn to another that waits; nothing that it does later counts. The same for all processes.',
    }),
};

/** `load`: what the process does at once, which the default of the pool's size follows. */
export function toDatabase(settings: SettingsOf<typeof databaseSettings>, load: Load) {
  const url = settings.BIO_MCP_DATABASE_URL;
  if (url === undefined) return { kind: 'embedded' as const, fsync: settings.BIO_MCP_DATABASE_FSYNC };
  return {
    kind: 'postgres' as const,
    url,
    /** Connections of a process. */
    poolSize: settings.BIO_MCP_DATABASE_POOL_SIZE ?? toDatabasePoolSize(load),
    statementTimeoutMs: settings.BIO_MCP_DATABASE_STATEMENT_TIMEOUT_SECONDS * 1_000,
    lockStaleAfterMs: settings.BIO_MCP_DATABASE_LOCK_SECONDS * 1_000,
  };
}

export function listDatabaseWarnings(settings: SettingsOf<typeof databaseSettings>): string[] {
  const mode = findLooseSslMode(settings.BIO_MCP_DATABASE_URL);
  if (mode === null) return [];
  return [
    `BIO_MCP_DATABASE_URL says sslmode=${mode}, which is read as sslmode=verify-full: the certificate is checked in full.`,
  ];
}

function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !POSTGRES_PROTOCOLS.includes(url.protocol)) return false;
  return url.hostname !== '' && !url.hostname.includes(',');
}

/** libpq takes some forms that `URL` or the driver does not: each is told what stands for it here. */
function toUrlProblem(text: string): string {
  const host = /^postgres(?:ql)?:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(text)?.[1];
  if (host?.includes(',') === true) {
    return 'names several hosts: it must name one, the server that takes writes or a proxy that leads to it';
  }
  if (host === '') {
    return (
      'names no host: a server on this machine is localhost, and the folder of its socket is written ' +
      'postgresql://user:password@%2Fvar%2Frun%2Fpostgresql/database'
    );
  }
  return 'must be a URL such as postgresql://user:password@host:5432/database';
}
