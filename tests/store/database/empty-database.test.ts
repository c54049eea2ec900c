import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { openPglite } from '../../../src/store/database/database.ts';
import { findEmptyDatabase } from '../../../src/store/database/pglite/empty-database.ts';
import { copyTemplate } from '../../support/postgres/databases.ts';

describe('the empty database of the package', () => {
  test('is what `initdb` of the installed PGlite makes', async () => {
    await using work = await makeFolder();
    const loadDataDir = await findEmptyDatabase(work.folder);
    assert.ok(loadDataDir !== null);
    await using fromPackage = await PGlite.create({ loadDataDir });
    await using fromInitdb = await PGlite.create();
    assert.deepEqual(await describeDatabase(fromPackage), await describeDatabase(fromInitdb));
  });

  test('completes a folder whose making was cut short', async () => {
    await using work = await makeFolder();
    await mkdir(join(work.folder, 'base', '1'), { recursive: true });
    await writeFile(join(work.folder, 'base', '1', '1259'), 'half a file');
    await openPglite({ folder: work.folder }).then((database) => database[Symbol.asyncDispose]());
    assert.equal(await findEmptyDatabase(work.folder), null);
  });

  test('never takes the place of a database that lost a file', async () => {
    for (const lost of ['PG_VERSION', join('global', 'pg_control')]) {
      await using work = await makeFolder();
      await copyTemplate(work.folder);
      await rm(join(work.folder, lost));
      assert.equal(await findEmptyDatabase(work.folder), null);
    }
  });
});

/** Version, layout, settings, text order and every object that a database begins with. */
async function describeDatabase(database: PGlite) {
  const [version, layout, settings, objects, databases] = await Promise.all(
    [
      'select version()',
      'select pg_control_version, catalog_version_no from pg_control_system()',
      'select name, setting from pg_settings order by name',
      'select oid, relname, relkind from pg_class order by oid',
      'select datname, encoding, datlocprovider, datcollate, datctype from pg_database order by datname',
    ].map(async (sql) => (await database.query(sql)).rows),
  );
  return { version, layout, settings, objects, databases };
}

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-empty-database-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
