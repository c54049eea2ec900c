import type { ArchivePlace } from './port/archive-place.ts';
import type { CheckpointStore } from './port/checkpoint-store.ts';
import type { CorpusFacts } from './port/corpus-facts.ts';
import type { DocumentReads } from './port/document-reads.ts';
import type { IndexRow } from './port/index-row.ts';
import type { Publishing } from './port/publishing.ts';
import type { RecordLookups } from './port/record-lookups.ts';
import type { RunLog } from './port/run-log.ts';
import type { StateChanges } from './port/state-changes.ts';
import type { StoreHealth } from './port/store-health.ts';
import type { SyncLists } from './port/sync-lists.ts';
import type { Topics } from './port/topics.ts';

/**
 * The corpus' own book-keeping: pointers, revisions, tombstones, and the sequence in which they changed. Each
 * of the ports in `port/` has its own users.
 *
 * What reads ends with the reason of its signal as soon as that aborts: a statement that has not begun is not
 * sent, one that runs is not waited for. What writes is carried out once it was called, whatever its signal
 * says then: a caller that gives up looks before it writes.
 */
export interface CorpusStore
  extends StoreHealth,
    IndexRow,
    ArchivePlace,
    RecordLookups,
    Publishing,
    DocumentReads,
    RunLog,
    CorpusFacts,
    SyncLists,
    Topics,
    StateChanges,
    CheckpointStore,
    AsyncDisposable {}
