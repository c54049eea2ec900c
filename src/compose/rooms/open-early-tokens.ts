import type { AccessTokens } from '../../access/access-tokens.ts';
import type { Config } from '../../config/config.ts';
import { systemClock } from '../../domain/clock.ts';
import { createSqlAccessTokens } from '../../store/access/sql-access-tokens.ts';
import { openPostgres } from '../../store/database/database.ts';
import { lateMember } from '../open-patiently.ts';

type TokenLook = Pick<AccessTokens, 'find' | 'markUsed'>;

interface EarlyTokensNeeds {
  config: Pick<Config, 'database' | 'secretSources'>;
  /** Of a corpus that may still be on its way, see `openPatiently`. */
  corpus: { services: { accessTokens: TokenLook }; opened: Promise<void> };
}

/**
 * The tokens of a service before its corpus is open too, as soon as a database server answers: whoever
 * watches it has to see what it waits for. Where they cannot be read, each look fails with that.
 */
export async function openEarlyTokens({
  config: { database: setting, secretSources },
  corpus: { services, opened },
}: EarlyTokensNeeds): Promise<TokenLook & AsyncDisposable> {
  const late = lateMember(services, 'accessTokens');
  const ofCorpus: TokenLook = {
    find: async (...asked) => late.find(...asked),
    markUsed: async (...asked) => late.markUsed(...asked),
  };
  if (setting.kind === 'embedded') return { ...ofCorpus, async [Symbol.asyncDispose]() {} };
  const readUrl = secretSources.get('BIO_MCP_DATABASE_URL');
  const database = await openPostgres({ ...setting, max: 1, readUrl });
  const early = createSqlAccessTokens({ database, clock: systemClock });
  const looks = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= endAfter(looks, database);
    return closing;
  };
  // Whoever serves is told why it never opens; what does not close well is told at the end.
  void opened.then(close).catch(() => undefined);

  function look<T>(work: () => Promise<T>): Promise<T> {
    const looking = work();
    looks.add(looking);
    return looking.finally(() => looks.delete(looking));
  }

  return {
    find: async (...asked) => {
      if (closing !== null) return ofCorpus.find(...asked);
      // That the tables are not there yet is said better by what the process waits for.
      return look(() => early.find(...asked)).catch(() => ofCorpus.find(...asked));
    },
    markUsed: async (...asked) => {
      if (closing !== null) return ofCorpus.markUsed(...asked);
      return look(() => early.markUsed(...asked));
    },
    [Symbol.asyncDispose]: close,
  };
}

/** A pool that ends answers none of those who wait for its one connection. */
async function endAfter(looks: ReadonlySet<Promise<unknown>>, database: AsyncDisposable): Promise<void> {
  await Promise.allSettled(looks);
  await database[Symbol.asyncDispose]();
}
