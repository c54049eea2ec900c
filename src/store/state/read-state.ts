import type { Kysely } from 'kysely';
import type { CallOptions } from '../../domain/call-options.ts';
import type { StateChanges, StateLine } from '../port/state-changes.ts';
import type { Schema } from '../schema.ts';
import { LINE_KINDS } from './lines/line-kinds.ts';

/** Rows asked for at once: sequence numbers are dense, and one batch may hold some thousand rows. */
const SEQUENCES_A_PAGE = 8;

/**
 * What `state/` in the archive must say to build the tables anew: told from the tables, so that
 * it cannot differ.
 */
export function createStateReads(kysely: Kysely<Schema>): StateChanges {
  return {
    async listStateChanges({ signal }) {
      const { sequence, state_sequence } = await kysely
        .selectFrom('corpus_state')
        .select(['sequence', 'state_sequence'])
        .executeTakeFirstOrThrow({ signal });
      return { upTo: sequence, lines: listLines(kysely, { after: state_sequence, upTo: sequence, signal }) };
    },
    async markStateWritten(upTo) {
      await kysely
        .updateTable('corpus_state')
        .set({ state_sequence: upTo })
        .where('state_sequence', '<', upTo)
        .execute();
      for (const { read } of LINE_KINDS) if (read?.by === 'mark') await read.mark(kysely);
    },
  };
}

async function* listLines(
  kysely: Kysely<Schema>,
  { after, upTo, signal }: { after: number; upTo: number } & CallOptions,
): AsyncIterable<StateLine> {
  for (let low = after; low < upTo; low += SEQUENCES_A_PAGE) {
    signal.throwIfAborted();
    const high = Math.min(low + SEQUENCES_A_PAGE, upTo);
    for (const { read } of LINE_KINDS) if (read?.by === 'sequence') yield* read.list(kysely, low, high);
  }
  for (const { read } of LINE_KINDS) if (read?.by === 'mark') yield* read.list(kysely);
}
