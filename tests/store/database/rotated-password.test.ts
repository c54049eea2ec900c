import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openPostgres } from '../../../src/store/database/database.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

test('a database password that was changed is read again, without a restart', async () => {
  const admin = await createTestPostgres();
  await using operator = await openPostgres({ url: admin, max: 2 });
  const role = `rotated_${randomUUID().slice(0, 8)}`;
  const set = (password: string) =>
    sql.raw(`alter role ${role} with login superuser password '${password}'`).execute(operator.kysely);
  await sql.raw(`create role ${role}`).execute(operator.kysely);
  const toUrl = (password: string) => {
    const url = new URL(admin);
    url.username = role;
    url.password = password;
    return url.href;
  };
  await set('first');
  let reads = 0;
  const readUrl = async () => {
    reads += 1;
    return toUrl('second');
  };
  await using database = await openPostgres({ url: toUrl('first'), max: 2, readUrl });
  await using stuck = await openPostgres({ url: toUrl('first'), max: 2 });
  const ask = ({ kysely }: typeof database) => sql`select 1`.execute(kysely);
  await ask(database);

  await set('second');
  // Who is logged in stays so; the server that is restarted for the rotation lets nobody stay.
  const warned = once(process, 'warning');
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role}`.execute(
    operator.kysely,
  );
  await warned;
  await assert.rejects(ask(stuck), { code: '28P01' });
  assert.equal(reads, 0);
  await ask(database);
  assert.equal(reads, 1);
});
