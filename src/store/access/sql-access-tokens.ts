import { type RawBuilder, sql } from 'kysely';
import type { AccessToken, AccessTokens } from '../../access/access-tokens.ts';
import type { ScopeName } from '../../domain/caller.ts';
import type { Clock } from '../../domain/clock.ts';
import { NotFoundError, ValidationError } from '../../errors/bio-mcp-error.ts';
import type { Database } from '../database/database.ts';
import { toDatabaseError } from '../database/report-database-errors.ts';
import { toInstant, toInstantOrNull } from '../instants.ts';

export interface SqlAccessTokensOptions {
  database: Pick<Database, 'kysely'>;
  clock: Clock;
}

interface TokenRow {
  name: string;
  scopes: ScopeName[];
  created_at: Date | string;
  expires_at: Date | string | null;
  revoked_at: Date | string | null;
  last_used_on: string | null;
}

const COLUMNS = sql`name, scopes, created_at, expires_at, revoked_at, last_used_on::text as last_used_on`;

/** Rows of `access_tokens`; none is ever removed, so that a name in an old job still says whose it was. */
export function createSqlAccessTokens({ database: { kysely }, clock }: SqlAccessTokensOptions): AccessTokens {
  const now = () => sql`${clock.now().toISOString()}::timestamptz`;

  async function read<Row extends TokenRow>(query: RawBuilder<Row>): Promise<Row[]> {
    const { rows } = await query.execute(kysely).catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    return rows;
  }

  const run = async (query: RawBuilder<TokenRow>) => (await read(query)).map(toAccessToken);

  return {
    async create({ name, scopes, hash, expiresAt }) {
      const [created] = await run(sql<TokenRow>`
        insert into access_tokens (token_hash, name, scopes, created_at, expires_at)
        values (${hash}, ${name}, ${[...scopes]}::text[], ${now()}, ${expiresAt}::timestamptz)
        on conflict do nothing returning ${COLUMNS}`);
      if (created !== undefined) return created;
      throw new ValidationError(
        `A token called ${name} is there already: revoke it first with \`bio-mcp token revoke ${name}\`, or take another name.`,
      );
    },
    list: () => run(sql<TokenRow>`select ${COLUMNS} from access_tokens order by created_at desc, token_hash`),
    async revoke(name) {
      const [revoked] = await run(sql<TokenRow>`
        update access_tokens set revoked_at = ${now()} where name = ${name} and revoked_at is null
        returning ${COLUMNS}`);
      if (revoked !== undefined) return revoked;
      throw new NotFoundError('There is no token of that name that holds: `bio-mcp token list` names them.');
    },
    async find(hash) {
      const [found] = await read(
        sql<TokenRow & { token_hash: string }>`
          select token_hash, ${COLUMNS} from access_tokens where token_hash = ${hash}`,
      );
      return found === undefined ? null : { ...toAccessToken(found), hash: found.token_hash };
    },
    async markUsed(hash, day) {
      await run(sql<TokenRow>`
        update access_tokens set last_used_on = ${day}::date
        where token_hash = ${hash} and (last_used_on is null or last_used_on < ${day}::date)
        returning ${COLUMNS}`);
    },
  };
}

function toAccessToken(row: TokenRow): AccessToken {
  return {
    name: row.name,
    scopes: row.scopes,
    createdAt: toInstant(row.created_at),
    expiresAt: toInstantOrNull(row.expires_at),
    revokedAt: toInstantOrNull(row.revoked_at),
    lastUsedOn: row.last_used_on,
  };
}
