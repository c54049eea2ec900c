import type { AccessTokens } from '../../../src/access/access-tokens.ts';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';

/** The tokens of a database that is away. */
export const TOKENS_AWAY: AccessTokens = {
  create: away,
  list: away,
  revoke: away,
  find: away,
  markUsed: away,
};

async function away(): Promise<never> {
  throw new BioMcpError('DB_UNAVAILABLE', null);
}
