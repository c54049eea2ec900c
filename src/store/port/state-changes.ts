import type { CallOptions } from '../../domain/call-options.ts';

/** A line of `state/` in the archive: enough to build the tables anew. */
export type StateLine = Record<string, unknown> & { type: string };

/** What `state/` in the archive does not tell yet. */
export interface StateChanges {
  /** What changed after the last `markStateWritten`, oldest first, and up to which sequence number. */
  listStateChanges(options: CallOptions): Promise<{ upTo: number; lines: AsyncIterable<StateLine> }>;
  markStateWritten(upTo: number, options: CallOptions): Promise<void>;
}
