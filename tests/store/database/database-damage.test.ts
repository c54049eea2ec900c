import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  findDamageInError,
  findDamageInLog,
  findDamageOutside,
} from '../../../src/store/database/pglite/database-damage.ts';

const LOG = 'pg_wal/000000010000000000000001';

describe('before a database is opened', () => {
  const folders: [name: string, files: Record<string, string>, damage: unknown][] = [
    ['an empty folder is none', {}, null],
    ['one of this version is whole', { PG_VERSION: '18\n', 'global/pg_control': 'any', [LOG]: 'any' }, null],
    [
      'one without its log is damaged',
      { PG_VERSION: '18\n', 'global/pg_control': 'any' },
      { kind: 'damaged', reason: 'the log in pg_wal is missing' },
    ],
    [
      'one without its version is damaged',
      { 'global/pg_control': 'any' },
      { kind: 'damaged', reason: 'the file PG_VERSION is missing' },
    ],
    [
      'one without its control file is damaged',
      { PG_VERSION: '18\n' },
      { kind: 'damaged', reason: 'the file global/pg_control is missing' },
    ],
    [
      'one with an empty version is damaged',
      { PG_VERSION: '', 'global/pg_control': 'any' },
      { kind: 'damaged', reason: 'the file PG_VERSION holds no version' },
    ],
    [
      'one of another major version is foreign',
      { PG_VERSION: '15\n', 'global/pg_control': 'any' },
      { kind: 'foreign', reason: '15, and this release brings 18' },
    ],
  ];
  for (const [name, files, damage] of folders) {
    test(name, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-damage-'));
      for (const inner of ['global', 'pg_wal']) await mkdir(join(folder, inner));
      for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
      assert.deepEqual(await findDamageOutside(folder), damage);
      await rm(folder, { recursive: true });
    });
  }
});

const AT = '2026-11-26 13:44:45.518 UTC [42] ';

describe('what PostgreSQL says before it gives up', () => {
  test('its first complaint is the damage: the others follow from it', () => {
    const lines = [
      `${AT}LOG:  invalid checkpoint record`,
      `${AT}PANIC:  could not locate a valid checkpoint record at 0/1BE4180`,
      'Aborted()',
      `${AT}PANIC:  XLogBeginInsert was already called`,
    ];
    assert.deepEqual(findDamageInLog(lines), {
      kind: 'damaged',
      reason: 'could not locate a valid checkpoint record at 0/1BE4180',
    });
  });

  test('a later layout of the same major version is foreign', () => {
    const lines = [
      `${AT}FATAL:  database files are incompatible with server`,
      `${AT}DETAIL:  The database cluster was initialized with CATALOG_VERSION_NO 202600001, but the server was compiled with CATALOG_VERSION_NO 202506291.`,
    ];
    assert.equal(findDamageInLog(lines)?.kind, 'foreign');
  });

  test('settings that are lost are damage', () => {
    const line =
      'postgres: could not access the server configuration file "/pglite/data/postgresql.conf": No such file or directory';
    assert.deepEqual(findDamageInLog([line]), {
      kind: 'damaged',
      reason: 'the file postgresql.conf is missing',
    });
  });

  test('a full or a failing disk is no damage, and neither is silence', () => {
    const full = `${AT}PANIC:  could not write to file "pg_wal/xlogtemp.42": No space left on device`;
    const failing = `${AT}PANIC:  could not fsync file "000000010000000000000001": I/O error`;
    assert.deepEqual([[full], [failing], []].map(findDamageInLog), [null, null, null]);
  });
});

test('of failed statements those that met damage are told apart', () => {
  const failures: [code: string | null, message: string, isDamage: boolean][] = [
    ['XX001', 'invalid page in block 1 of relation "base/5/17283"', true],
    ['XX002', 'index "jobs_pkey" contains unexpected zero page at block 3', true],
    ['58P01', 'could not open file "base/5/17283": No such file or directory', true],
    ['42P01', 'relation "pg_catalog.pg_type" does not exist', true],
    ['XX000', 'missing chunk number 0 for toast value 17000 in pg_toast_1', true],
    ['XX000', 'some other internal error', false],
    ['23505', 'duplicate key value violates unique constraint', false],
    [null, 'no space left on device', false],
  ];
  for (const [code, message, isDamage] of failures)
    assert.equal(findDamageInError({ code, message }) !== null, isDamage, message);
});
