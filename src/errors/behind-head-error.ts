import { BioMcpError } from './bio-mcp-error.ts';

/** The database is not at the migrations that this release works with; `bio-mcp migrate` is what helps. */
export class BehindHeadError extends BioMcpError {
  constructor() {
    super(
      'DB_UNAVAILABLE',
      'The database is not at the migrations of this release: run `bio-mcp migrate`, or where a later release has ' +
        'migrated it, start that one.',
    );
  }
}
