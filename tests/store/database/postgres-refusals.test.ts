import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import pg from 'pg';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { ConfigError } from '../../../src/errors/config-error.ts';
import { migrateDatabase, openPostgres } from '../../../src/store/database/database.ts';
import { toDatabaseError } from '../../../src/store/database/report-database-errors.ts';
import { toPostgresAddress } from '../../../src/store/database/server/postgres-address.ts';
import { toPostgresRemedy } from '../../../src/store/database/server/postgres-refusals.ts';
import { AUTHORITY, openTlsFront } from '../../support/network/tls-front.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

/** What a migration, the first that asks the server anything, is told. */
async function findHint(url: string): Promise<string> {
  await using database = await openPostgres({ url, max: 1 });
  const error: unknown = await migrateDatabase(database).then(
    () => null,
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof BioMcpError, String(error));
  assert.equal(error.code, 'DB_UNAVAILABLE', error.message);
  assert.equal(error.remedy, error.hint);
  return error.hint;
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function change(url: string, changes: Partial<URL>): string {
  return Object.assign(new URL(url), changes).href;
}

describe('what PostgreSQL refuses is named, and what mends it', () => {
  const nameOf = (url: string) => new URL(url).pathname.slice(1);

  test('a wrong password, an unknown user, a database that is not there, a host that is not known', async () => {
    const url = await createTestPostgres({ isMigrated: false });
    assert.match(await findHint(change(url, { password: 'wrong' })), /user and password/);
    assert.match(await findHint(change(url, { pathname: '/nowhere' })), /does not exist: create it/);
    assert.match(await findHint(change(url, { hostname: 'nowhere.invalid' })), /host .* is not known/);
  });

  test('writes to a database that takes none, as a replica', async () => {
    const url = await createTestPostgres({ isMigrated: false });
    await run(url, `alter database ${nameOf(url)} set default_transaction_read_only = on`);
    assert.match(await findHint(url), /takes no writes, .* point BIO_MCP_DATABASE_URL to the primary/);
  });

  test('a database that is closed, and one without a connection left', async () => {
    const url = await createTestPostgres({ isMigrated: false });
    const admin = change(url, { pathname: '/postgres' });
    await run(admin, `alter database ${nameOf(url)} allow_connections false`);
    assert.match(await findHint(url), /allow_connections true/);
    const login = ['create role crowd login connection limit 0', `alter role crowd password 'crowd'`];
    await run(admin, `alter database ${nameOf(url)} allow_connections true`, ...login);
    const crowded = await findHint(change(url, { username: 'crowd', password: 'crowd' }));
    assert.match(crowded, /this user no further connection: .* connection limit/);
  });

  test('a database without its schema public', async () => {
    const url = await createTestPostgres({ isMigrated: false });
    await run(url, 'drop schema public cascade');
    assert.match(await findHint(url), /no schema public: make it by `create schema public`/);
  });

  test('a server that takes the connection and says nothing is no statement that takes long', async () => {
    const timeout = new Error('Connection terminated due to connection timeout'); // as pg-pool words it
    const told = toDatabaseError(timeout);
    assert.ok(told instanceof BioMcpError);
    assert.equal(told.code, 'DB_TIMEOUT');
    assert.match(told.remedy, /firewall or security group/);
  });

  test('a limit of this process on open files', () => {
    const error = Object.assign(new Error('EMFILE: too many open files, scandir'), { code: 'EMFILE' });
    assert.match(toPostgresRemedy(error) ?? '', /raise the limit \(`ulimit -n`/);
  });

  test('a file of certificates that is not there, or holds none, or a key that is encrypted', async (t) => {
    const problemsOf = async (query: string) => {
      const error: unknown = await openPostgres({ url: `postgres://db.example/d?${query}` }).catch((e) => e);
      assert.ok(error instanceof ConfigError, String(error));
      return error.problems;
    };
    assert.deepEqual(await problemsOf('sslmode=verify-full&sslrootcert=/no/such/ca.pem'), [
      'The file that sslrootcert of BIO_MCP_DATABASE_URL names cannot be used: ENOENT.',
    ]);
    const noPem = encodeURIComponent(import.meta.filename);
    assert.deepEqual(await problemsOf(`sslcert=${noPem}&sslkey=${noPem}`), [
      'The file that sslcert of BIO_MCP_DATABASE_URL names cannot be used: it holds none in PEM form.',
      'The file that sslkey of BIO_MCP_DATABASE_URL names cannot be used: it holds none in PEM form.',
    ]);
    const format = { type: 'pkcs8', format: 'pem', cipher: 'aes128', passphrase: 'secret' } as const;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-test-'));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'key.pem'), privateKey.export(format));
    assert.deepEqual(await problemsOf(`sslkey=${encodeURIComponent(join(folder, 'key.pem'))}`), [
      'The file that sslkey of BIO_MCP_DATABASE_URL names cannot be used: its key has a passphrase, for which nobody is asked here.',
    ]);
  });

  test('an encoding that cannot hold every record', async () => {
    const url = await createTestPostgres({ isMigrated: false });
    const admin = change(url, { pathname: '/postgres' });
    await run(admin, `create database latin encoding 'LATIN1' locale 'C' template template0`);
    assert.match(await findHint(change(url, { pathname: '/latin' })), /encoding LATIN1, .* encoding 'UTF8'/);
  });

  test('TLS where the server has none, and where it wants it', async () => {
    const wanted = 'no pg_hba.conf entry for host "10.0.0.9", user "u", database "d", no encryption';
    const refused = Object.assign(new Error(wanted), { code: '28000' }); // as PostgreSQL 18 words it
    assert.match(toPostgresRemedy(refused) ?? '', /encrypted connections only: add `\?sslmode=verify-full`/);
    const url = await createTestPostgres({ isMigrated: false });
    assert.match(await findHint(`${url}?sslmode=require`), /take `sslmode` out of BIO_MCP_DATABASE_URL/);
  });

  const CERTIFICATES = [
    ['loopback', /NODE_EXTRA_CA_CERTS/],
    ['expired', /has expired or is not valid yet/],
  ] as const;
  for (const [certificate, remedy] of CERTIFICATES) {
    test(`a certificate that is not trusted (${certificate})`, async () => {
      const url = await createTestPostgres({ isMigrated: false });
      const target = new URL(url).host;
      await using front = await openTlsFront({ target, certificate, isPostgres: true });
      assert.match(await findHint(`${change(url, { host: front.address })}?sslmode=verify-full`), remedy);
    });
  }

  test('a certificate for another host, of an authority that is named; and one that is right is taken', async () => {
    const url = await createTestPostgres({ isMigrated: false });
    const open = (certificate: 'elsewhere' | 'loopback') =>
      openTlsFront({ target: new URL(url).host, certificate, isPostgres: true });
    const toUrl = (address: string) =>
      `${change(url, { host: address })}?sslmode=verify-full&sslrootcert=${encodeURIComponent(AUTHORITY)}`;
    await using elsewhere = await open('elsewhere');
    assert.match(await findHint(toUrl(elsewhere.address)), /for another host name/);
    await using right = await open('loopback');
    await using database = await openPostgres({ url: toUrl(right.address), max: 1 });
    assert.ok((await migrateDatabase(database)).length > 0);
  });
});

describe('the address of PostgreSQL', () => {
  const HOST = 'corpus.abc123.eu-west-1.rds.amazonaws.com';

  test('on Amazon RDS is encrypted, and trusts its own authorities', async () => {
    for (const query of ['', '?sslmode=require', '?sslmode=verify-full']) {
      const { connectionString, ssl } = await toPostgresAddress(`postgres://u:p%40w@${HOST}/d${query}`);
      assert.equal(connectionString, `postgres://u:p%40w@${HOST}/d`);
      assert.ok((ssl?.ca.length ?? 0) > 20);
      assert.match(ssl?.ca[0] ?? '', /^-----BEGIN CERTIFICATE-----/);
    }
  });

  test('there does as the URL says where that names certificates of its own, or none', async () => {
    for (const query of [
      '?sslmode=disable',
      '?sslmode=no-verify',
      `?sslmode=verify-full&sslrootcert=${encodeURIComponent(AUTHORITY)}`,
    ]) {
      const url = `postgres://u@${HOST}/d${query}`;
      assert.deepEqual(await toPostgresAddress(url), { connectionString: url });
    }
  });

  test('is encrypted and verified where the URL says so by `sslrootcert=system`, the words of libpq', async () => {
    const open = async (query: string) => {
      const { connectionString } = await toPostgresAddress(`postgres://db.example/d?${query}`);
      const client = new pg.Client({ connectionString });
      return (client as unknown as { connectionParameters: { ssl: unknown } }).connectionParameters.ssl; // in no type
    };
    for (const query of ['', '&sslmode=require', '&sslmode=require&uselibpqcompat=true', '&sslmode=']) {
      assert.deepEqual(await open(`sslrootcert=system${query}`), {}, query);
    }
    assert.deepEqual(await open('sslrootcert=system&sslmode=no-verify'), { rejectUnauthorized: false });
    assert.equal(await open('sslrootcert=system&sslmode=disable'), false);
  });

  test('may name no file', async () => {
    const url = 'postgres://db.example/d?sslrootcert=&sslcert=&sslkey=';
    assert.deepEqual(await toPostgresAddress(url), { connectionString: url });
  });

  test('elsewhere stays as it is; modes that `pg` warns of are written as it reads them', async () => {
    const url = 'postgres://u:p@db.example:6543/d?application_name=mine';
    assert.deepEqual(await toPostgresAddress(url), { connectionString: url });
    const { connectionString } = await toPostgresAddress('postgres://db.example/d?sslmode=require');
    assert.equal(connectionString, 'postgres://db.example/d?sslmode=verify-full');
  });
});
