import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Schema } from '../schema.ts';
import { type Place, parseLine, text } from '../state/lines/line-kind.ts';
import { LINE_KINDS } from '../state/lines/line-kinds.ts';

/** Tables for what is told of a thing at first and later, before the last word is known. */
export const STAGING = LINE_KINDS.flatMap(({ staging }) => staging);

const KINDS = new Map(LINE_KINDS.map((kind) => [kind.type, kind]));
const typed = z.object({ type: text });

/**
 * Resolves to how many lines are of no kind that this release knows. Throws where a known one has
 * the wrong form.
 */
export async function writeLines(
  database: Kysely<Schema>,
  lines: readonly unknown[],
  place: Place,
): Promise<number> {
  const byType = Map.groupBy(lines, (line) => parseLine(typed, line).type);
  let unknown = 0;
  for (const [type, some] of byType) {
    const kind = KINDS.get(type);
    if (kind === undefined) unknown += some.length;
    else await kind.restore(database, some, place);
  }
  return unknown;
}
