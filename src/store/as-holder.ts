import type { Kysely } from 'kysely';
import type { Database } from './database/database.ts';
import type { Schema } from './schema.ts';

/** In one transaction with the proof that this process still has the publish lock, where it took it. */
export function asHolder<T>(
  { kysely, publishLock }: Pick<Database, 'kysely' | 'publishLock'>,
  work: (transaction: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  return kysely.transaction().execute(async (transaction) => {
    await transaction.selectFrom('corpus_state').select('sequence').forUpdate().execute();
    const result = await work(transaction);
    await publishLock.requireHeld(transaction);
    return result;
  });
}
