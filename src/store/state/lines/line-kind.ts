import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { ArchiveUri } from '../../../domain/corpus/archive-key.ts';
import { BioMcpError } from '../../../errors/bio-mcp-error.ts';
import type { StateLine } from '../../port/state-changes.ts';
import type { Schema } from '../../schema.ts';

export const text = z.string();
export const count = z.int().min(0);
export const nullable = text.nullable();

/** Where an address in `state/` leads now: the archive may have lain elsewhere. */
export type Place = (uri: string) => ArchiveUri;
export type Lines = AsyncIterable<StateLine>;

/**
 * A table that a kind of line goes into. Two rows of one key are one thing told twice: the one with the
 * greater `order` stays, as a whole, and of equals the one that was told later.
 */
export interface Destination<Line> {
  table: string;
  /** Their types by their names. */
  columns: Readonly<Record<string, string>>;
  key: readonly string[];
  /** An SQL expression over a row of the table, or of what is to be put into it. */
  order: (row: string) => string;
  /** Default: the line as it is. */
  toRows?: (line: Line, place: Place) => Record<string, unknown>[];
  /** Makes the table, where the line goes into one that a rebuild alone has. */
  staging?: readonly string[];
}

/** How lines of a kind come out of the tables; those that another room writes come out of none. */
export type Read =
  /** Of what bears a sequence number above `low` and up to `high`. */
  | { by: 'sequence'; list(kysely: Kysely<Schema>, low: number, high: number): Lines }
  /** Of what is marked as not written yet; `mark` marks all of it as written. */
  | { by: 'mark'; list(kysely: Kysely<Schema>): Lines; mark(kysely: Kysely<Schema>): Promise<unknown> };

/** All that is to be known of one kind of line in `state/`. */
export interface LineKind {
  type: string;
  read: Read | null;
  staging: readonly string[];
  /** Takes lines of this kind in any order. Throws `ARCHIVE_CORRUPT` where one has the wrong form. */
  restore(database: Kysely<Schema>, lines: readonly unknown[], place: Place): Promise<void>;
}

export function parseLine<T>(schema: z.ZodType<T>, line: unknown): T {
  const parsed = schema.safeParse(line);
  if (parsed.success) return parsed.data;
  throw new BioMcpError('ARCHIVE_CORRUPT', 'A line of state/ in the archive has the wrong form.', {
    message: `a line of state/ has the wrong form: ${z.prettifyError(parsed.error)}`,
    cause: parsed.error,
  });
}
