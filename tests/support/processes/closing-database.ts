import { once } from 'node:events';
import { sql } from 'kysely';
import { openPostgres } from '../../../src/store/database/database.ts';

/** Uses every connection to the database of its one argument, and closes it once stdin ends. */
const database = await openPostgres({ url: process.argv[2] ?? '', max: 1 });
const heard = Promise.withResolvers<void>();
database.notices.subscribe((payload) => {
  if (payload === null) heard.resolve();
});
await heard.promise;
for (const kysely of [database.kysely, database.patient]) await sql`select 1`.execute(kysely);
process.stdout.write('open\n');
await once(process.stdin.resume(), 'end');
await database[Symbol.asyncDispose]();
