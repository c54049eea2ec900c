import { type Kysely, sql } from 'kysely';
import { type CallOptions, NEVER } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';
import { asHolder } from './as-holder.ts';
import { commitBatch } from './commit-batch.ts';
import type { Database } from './database/database.ts';
import { toDatabaseError } from './database/report-database-errors.ts';
import { requireFit } from './migrate.ts';
import type { Publishing } from './port/publishing.ts';
import type { ReadsBetween } from './reads-between.ts';
import type { Schema } from './schema.ts';

export function createPublishing(
  database: Pick<Database, 'kysely' | 'publishLock' | 'lockScope'>,
  reads: ReadsBetween,
): Publishing {
  const { kysely, publishLock, lockScope } = database;

  /** The embedded one has no other release beside this. */
  async function requireFitting(where: Kysely<Schema>, options: CallOptions): Promise<void> {
    if (lockScope === 'server') await requireFit(where, options);
  }

  return {
    withPublishLock: (work, options) =>
      publishLock.hold(async (held) => {
        await requireFitting(kysely, held).catch((error: unknown) => {
          throw toDatabaseError(error);
        });
        return work(held);
      }, options),
    async getSequence({ signal }) {
      return (await kysely.selectFrom('corpus_state').select('sequence').executeTakeFirstOrThrow({ signal }))
        .sequence;
    },
    findSequences: () =>
      asHolder(database, async (transaction) => {
        const { sequence: last } = await transaction
          .selectFrom('corpus_state')
          .select('sequence')
          .executeTakeFirstOrThrow();
        const { lost } = await transaction
          .selectFrom('lost_sequences')
          .select((row) => row.fn.max('sequence').as('lost'))
          .executeTakeFirstOrThrow();
        return { last, next: Math.max(last, lost ?? 0) + 1 };
      }),
    async listLostSequences({ signal }) {
      const rows = await kysely
        .selectFrom('lost_sequences')
        .select('sequence')
        .where('lost_at', '>', sql<Date>`clock_timestamp() - interval '30 days'`)
        // The release before knows of no lost numbers, and gives them.
        .where(
          sql<boolean>`not exists (select from revisions where entered_sequence = lost_sequences.sequence)
            and not exists (select from revisions where left_sequence = lost_sequences.sequence)`,
        )
        .orderBy('sequence')
        .execute({ signal });
      return rows.map(({ sequence }) => sequence);
    },
    async announce({ batchId, pmids }) {
      await asHolder(database, (transaction) =>
        transaction
          .insertInto('pending_batches')
          .values({ batch_id: batchId, pmids: [...pmids] })
          .execute(),
      );
    },
    async commit(batch) {
      await reads.commit(batch.after, async (transaction) => {
        await requireFitting(transaction, NEVER); // a load may hold the lock for hours
        await commitBatch(transaction, batch);
        await publishLock.requireHeld(transaction);
      });
    },
    async listPending({ signal }) {
      const rows = await kysely
        .selectFrom('pending_batches')
        .selectAll()
        .orderBy('started_at')
        .execute({ signal });
      return rows.map((row) => ({ batchId: row.batch_id, pmids: row.pmids as Pmid[] }));
    },
    async forgetPending(batchId) {
      await asHolder(database, (transaction) =>
        transaction.deleteFrom('pending_batches').where('batch_id', '=', batchId).execute(),
      );
    },
  };
}
