/** A statement, or a connection, that got no answer at all. */
export class PostgresSilentError extends Error {
  constructor(afterMs: number) {
    super(`no answer from PostgreSQL within ${afterMs} ms`);
    this.name = 'PostgresSilentError';
  }
}
