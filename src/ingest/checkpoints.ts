import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../domain/call-options.ts';
import type { Checkpoint, NewCheckpoint } from '../domain/corpus/checkpoint.ts';
import { cutText } from '../domain/cut-text.ts';
import { NotFoundError, ValidationError } from '../errors/bio-mcp-error.ts';
import type { CheckpointStore } from '../store/port/checkpoint-store.ts';
import type { Publishing } from '../store/port/publishing.ts';
import { type StateNeeds, writeState } from './write-state.ts';

export interface Checkpoints {
  /**
   * Freezes the corpus as it is now. Throws `NOT_FOUND` when there is no such parent. As the other, it throws
   * `DB_UNAVAILABLE` where another process does not let it have its turn within 20 s.
   */
  create(checkpoint: NewCheckpoint, options: CallOptions): Promise<Checkpoint>;
  /** Throws `NOT_FOUND`, and `VALIDATION` while another one names it as its parent. */
  delete(checkpointId: string, options: CallOptions): Promise<void>;
}

/** Short tools, whose caller waits. */
const PATIENCE_MS = 20_000;

/**
 * Both go by the publish lock: nothing can appear below a checkpoint afterwards, and a parent cannot go while
 * its child comes. Both are written to `state/` first, with everything before them that is not there yet, so
 * that a corpus built anew from the archive has every checkpoint that anybody was told of.
 */
export function createCheckpoints(needs: StateNeeds & { store: CheckpointStore & Publishing }): Checkpoints {
  const { store, clock } = needs;
  return {
    create(checkpoint, options) {
      const create = async () => {
        const { parentCheckpointId } = checkpoint;
        if (parentCheckpointId !== null) await getCheckpoint(store, parentCheckpointId, options);
        const createdAt = clock.now().toISOString();
        const checkpointId = randomUUID();
        const members = await store.countMembers(options);
        const made = { ...checkpoint, ...members, checkpointId, createdAt };
        const line = { type: 'checkpoint', ...made };
        await writeState(needs, { jobId: checkpointId }, [line], options);
        await store.addCheckpoint(made, options);
        return made;
      };
      return store.withPublishLock(create, { ...options, patience: () => AbortSignal.timeout(PATIENCE_MS) });
    },
    delete(checkpointId, options) {
      const remove = async () => {
        const { name } = await getCheckpoint(store, checkpointId, options);
        const child = await store.findCheckpointChild(checkpointId, options);
        if (child !== null) {
          throw new ValidationError(
            `\`checkpoint_id\`: ${toShown(name)} is the parent of ${toShown(child.name)} (${child.checkpointId}); delete that one first.`,
          );
        }
        const deletedAt = clock.now().toISOString();
        const line = { type: 'checkpoint_deleted', checkpointId, deletedAt };
        await writeState(needs, { jobId: randomUUID() }, [line], options);
        await store.removeCheckpoint(checkpointId, options);
      };
      return store.withPublishLock(remove, { ...options, patience: () => AbortSignal.timeout(PATIENCE_MS) });
    },
  };
}

/** Throws `NOT_FOUND`, naming the id. */
export async function getCheckpoint(
  store: Pick<CheckpointStore, 'findCheckpoint'>,
  checkpointId: string,
  options: CallOptions,
): Promise<Checkpoint> {
  const found = await store.findCheckpoint(checkpointId, options);
  if (found !== null) return found;
  throw new NotFoundError(
    `There is no checkpoint ${checkpointId}; corpus.checkpoint.list names those that there are.`,
  );
}

const MOST_SHOWN = 60;

function toShown(name: string): string {
  return JSON.stringify(name.length > MOST_SHOWN ? `${cutText(name, MOST_SHOWN)}…` : name);
}
