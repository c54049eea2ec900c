import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { Schema } from '../../schema.ts';
import { type Destination, type LineKind, parseLine, type Read } from './line-kind.ts';

/** A kind of line whose rows go into tables by their keys. */
export function defineLine<Line extends Record<string, unknown>>(kind: {
  type: string;
  read: Read | null;
  schema: z.ZodType<Line>;
  into: readonly Destination<Line>[];
}): LineKind {
  const { type, read, schema, into } = kind;
  return {
    type,
    read,
    staging: into.flatMap(({ staging = [] }) => staging),
    async restore(database, lines, place) {
      const parsed = lines.map((line) => parseLine(schema, line));
      for (const { toRows = (line: Line) => [line], ...table } of into) {
        const rows = parsed.flatMap((line) => toRows(line, place));
        await putRows(database, table, rows);
      }
    },
  };
}

/** One statement however many rows. */
export async function putRows(
  database: Kysely<Schema>,
  { table, columns, key, order }: Pick<Destination<never>, 'table' | 'columns' | 'key' | 'order'>,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const typed = names.map((name) => `${name} ${columns[name]}`);
  const sets = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  await sql`
    insert into ${sql.raw(table)} as t (${toList(names)})
    select distinct on (${toList(key)}) ${toList(names)}
    from rows from (jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as (${toList(typed)}))
      with ordinality as x(${toList(names)}, told)
    order by ${toList(key)}, ${sql.raw(order('x'))} desc, told desc
    on conflict (${toList(key)}) do update set ${toList(sets)}
    where ${sql.raw(order('excluded'))} >= ${sql.raw(order('t'))}`.execute(database);
}

function toList(pieces: readonly string[]) {
  return sql.raw(pieces.join(', '));
}
