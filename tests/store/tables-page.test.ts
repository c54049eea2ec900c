import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { describeTables } from '../../scripts/table-pages.ts';
import { testDatabases } from '../support/postgres/databases.ts';

test('the page of the tables tells every column that the migrations make, its type and its key', async () => {
  const [embedded] = testDatabases;
  assert.ok(embedded);
  await using database = await embedded.open();
  const { rows } = await sql<{ column: string }>`
    select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then '' else ' or null' end
      || case when a.attnum = any(p.conkey) then ' key' else '' end as column
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_constraint as p on p.conrelid = c.oid and p.contype = 'p'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'migrations'`.execute(
    database.kysely,
  );
  const told = describeTables().flatMap(({ name, columns, key }) =>
    columns.map((column) => {
      const type = column.type.replace('timestamptz', 'timestamp with time zone');
      return `${name}.${column.name} ${type}${column.isNullable ? ' or null' : ''}${key.includes(column.name) ? ' key' : ''}`;
    }),
  );
  assert.ok(rows.length > 100);
  assert.deepEqual(told.sort(), rows.map(({ column }) => column).sort());
});

test('each table is told in words', () => {
  assert.deepEqual(
    describeTables().filter(({ about }) => about === ''),
    [],
  );
});
