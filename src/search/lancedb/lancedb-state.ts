import type { Table } from '@lancedb/lancedb';
import type { Flush } from '../../disk/folder-flusher.ts';
import type { Clock } from '../../domain/clock.ts';
import type { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { Membership } from '../search-index.ts';
import type { LanceDbCeilings } from './lancedb-ceilings.ts';
import { LIVE, type TableForm } from './lancedb-rows.ts';
import type { LanceDbView } from './lancedb-view.ts';
import type { WordColumn } from './lancedb-words.ts';

export type OnRefresh = (failure: BioMcpError | null) => void;

/** An open index, as writing, reading and tidying share it. Only who has the turn changes it. */
export interface LanceDbState {
  readonly table: Table;
  readonly view: LanceDbView;
  readonly form: TableForm;
  readonly words: WordColumn;
  readonly ceilings: LanceDbCeilings;
  readonly isShared: boolean;
  readonly clock: Clock;
  readonly flush: Flush | null;
  readonly onRefresh: OnRefresh;
  readonly vectorIndexRows: number;
  readonly filterIndexRows: number;
  /**
   * Rows above this number have no commit, and wait for being rolled back; until then the live ones are
   * those of that number. `null`: there are no such rows.
   */
  committed: number | null;
  /** The highest sequence number that any row bears. */
  last: number;
  /** Whether any row is not live: without one, the membership of the live ones needs no filter. */
  hasEnded: boolean;
  /** Small ones, in which the table lies. */
  fragments: number;
  /** Indexes for filters were not made yet, or were dropped. */
  lacksIndexes: boolean;
}

/** Which rows a membership means now. */
export function toSeen({ committed }: LanceDbState, membership: Membership): Membership {
  if (membership.kind !== 'live' || committed === null) return membership;
  return { kind: 'checkpoint', sequence: committed };
}

export const ENDED = `left_seq < ${LIVE}`;

/** What another process ended is not counted here. */
export function mayHaveEnded({ isShared, hasEnded }: LanceDbState): boolean {
  return isShared || hasEnded;
}
