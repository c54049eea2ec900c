export const NO_SESSION_LEFT =
  'PgBouncer has no connection to PostgreSQL left: with pool_mode = session each of ours keeps one, so raise its default_pool_size, or lower BIO_MCP_DATABASE_POOL_SIZE.';

/** What PgBouncer says, nearly always under SQLSTATE 08P01, and what mends it. First come, first taken. */
const REFUSALS: readonly { words: RegExp; remedy: string }[] = [
  {
    words: /no more connections allowed/i,
    remedy:
      'PgBouncer takes no more clients: raise its max_client_conn, or lower BIO_MCP_DATABASE_POOL_SIZE.',
  },
  {
    words: /query_wait_timeout/i,
    remedy: NO_SESSION_LEFT,
  },
  {
    words: /cannot connect to server|server login has been failing|server_login_retry|connect failed/i,
    remedy:
      'PgBouncer gets no connection from PostgreSQL: start PostgreSQL, or correct host, user and password of this database under [databases] in pgbouncer.ini.',
  },
  {
    words: /^no such database/i,
    remedy:
      'PgBouncer knows no such database: name it under [databases] in pgbouncer.ini, or correct BIO_MCP_DATABASE_URL.',
  },
  {
    words: /^no such user|^(?:SASL|password) authentication failed/i,
    remedy:
      'PgBouncer does not take user and password: correct them in BIO_MCP_DATABASE_URL, or in its auth_file.',
  },
  {
    words: /is (?:disabled|paused)|pgbouncer is shutting down|pooler is shut ?down/i,
    remedy: 'PgBouncer is paused or shutting down: resume or start it, and the work goes on.',
  },
];
const STARTUP_PARAMETER = /^unsupported startup parameter(?: in options)?:(?: ([a-z_]{1,63})$)?/i;

/** A sentence that says what to do; `null` where it is no refusal of a pooler. */
export function toPoolerRemedy(message: string): string | null {
  const refused = STARTUP_PARAMETER.exec(message);
  if (refused !== null) {
    const name = refused[1] ?? 'that the connection sends';
    return `PgBouncer refuses the startup parameter ${name}: add it to ignore_startup_parameters in pgbouncer.ini, or take it out of BIO_MCP_DATABASE_URL and PGOPTIONS.`;
  }
  return REFUSALS.find(({ words }) => words.test(message))?.remedy ?? null;
}
