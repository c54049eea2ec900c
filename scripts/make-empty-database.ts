import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

/**
 * `node scripts/make-empty-database.ts`: makes `src/store/database/pglite/empty-database.tar.zst`, the folder
 * that PGlite's `initdb` leaves. To be run after each change of PGlite's version; needs GNU tar.
 */
const TARGET = new URL('../src/store/database/pglite/empty-database.tar.zst', import.meta.url);
/** The three databases in the folder are almost the same: a window over all of them keeps one. */
const WINDOW_LOG = 26;

const work = mkdtempSync(join(tmpdir(), 'empty-database-'));
const folder = join(work, 'database');
const database = await PGlite.create(folder);
await database.close();

const archive = join(work, 'database.tar');
const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', '--mtime=@0'];
// Whoever finds one of these takes the folder for whole: so they come last.
const last = ['global/pg_control', 'PG_VERSION'];
const exclude = last.map((name) => `--exclude=./${name}`);
execFileSync('tar', ['-cf', archive, '-C', folder, ...owner, ...exclude, '.']);
execFileSync('tar', ['-rf', archive, '-C', folder, ...owner, ...last]);

const packed = zstdCompressSync(readFileSync(archive), {
  params: {
    [constants.ZSTD_c_compressionLevel]: 19,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    [constants.ZSTD_c_checksumFlag]: 1,
  },
});
writeFileSync(TARGET, packed);
rmSync(work, { recursive: true });
console.log(`${TARGET.pathname}: ${packed.length.toLocaleString('en')} bytes`);
