import type { Config } from '../../config/config.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { systemClock } from '../../domain/clock.ts';
import { createSqlAccessTokens } from '../../store/access/sql-access-tokens.ts';
import { createSqlCorpusStore } from '../../store/sql-corpus-store.ts';
import type { OperatorTokens } from '../../tools/tool-invoker.ts';
import { requireMigrated } from '../check-health.ts';
import { openDatabase } from './open-database.ts';

/**
 * Where tokens are made and revoked. On a server nothing but its database has to be up; with the embedded one
 * whichever process has the data folder does it.
 */
export async function openTokens(
  config: Config,
  session: { readonly tokens: OperatorTokens },
  options: CallOptions,
): Promise<OperatorTokens & AsyncDisposable> {
  if (config.database.kind === 'embedded') {
    return { ...session.tokens, async [Symbol.asyncDispose]() {} };
  }
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await openDatabase(config));
  await requireMigrated(createSqlCorpusStore({ database }), options);
  const stack = opening.move();
  return {
    ...createSqlAccessTokens({ database, clock: systemClock }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
