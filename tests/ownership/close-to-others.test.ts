import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { closeToOthers } from '../../src/ownership/close-to-others.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { listOpenToOthers } from '../support/disk/file-modes.ts';
import { runCommand } from '../support/processes/command-process.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const NOBODY = 65_534;
const needsUsers = { skip: process.getuid?.() !== 0 && 'needs another user' };

/** A logger that keeps its warnings. */
function keepWarnings() {
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger(), warn: (_fields, message) => void warnings.push(message) };
  return { warnings, logger };
}

/** A data folder as an earlier release left it: open to all. */
async function makeOpenFolder() {
  const home = await mkdtemp(join(tmpdir(), 'bio-mcp-close-'));
  await chmod(home, 0o755);
  const dataDir = join(home, 'data');
  await mkdir(join(dataDir, 'database', 'base'), { recursive: true });
  await mkdir(join(dataDir, 'archive', 'pubmed'), { recursive: true });
  for (const name of ['database/base/1', 'archive/pubmed/1.json.zst', 'owner.1.json'])
    await writeFile(join(dataDir, name), '{}');
  const open = () => execFileSync('chmod', ['-R', 'a+rwX', dataDir]);
  open();
  return { home, dataDir, open, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) };
}

describe('a data folder', () => {
  test('that commands fill is for its user alone whatever the umask, and is closed again where it was opened', async () => {
    await using home = await makeTestHome({ engine: 'PGlite' });
    const article = articleXml({ pmid: 1, title: 'Of wombats.', abstract: 'They dig.' });
    const source = await home.write('one.xml', `<PubmedArticleSet>${article}</PubmedArticleSet>`);
    const before = process.umask(0);
    try {
      const loaded = await runCommand(home.env, 'load', source);
      assert.equal(loaded.code, 0, loaded.stderr);
      assert.deepEqual(await listOpenToOthers(home.dataDir), []);
      execFileSync('chmod', ['-R', 'a+rwX', home.dataDir]);
      const status = await runCommand(home.env, 'status');
      assert.equal(status.code, 0, status.stderr);
      assert.deepEqual(await listOpenToOthers(home.dataDir), []);
    } finally {
      process.umask(before);
    }
  });

  test('of an earlier release is closed with all that is in it', async () => {
    await using folder = await makeOpenFolder();
    const { warnings, logger } = keepWarnings();
    await closeToOthers(folder.dataDir, logger);
    assert.deepEqual(await listOpenToOthers(folder.dataDir), []);
    assert.deepEqual(warnings, []);
  });

  test('that holds other things keeps its mode and theirs, and what is ours is closed', async () => {
    await using folder = await makeOpenFolder();
    const notes = join(folder.dataDir, 'notes.txt');
    await writeFile(notes, 'mine');
    await chmod(notes, 0o644);
    await symlink(notes, join(folder.dataDir, 'database', 'link'));
    await chmod(folder.dataDir, 0o755);
    const { warnings, logger } = keepWarnings();
    await closeToOthers(folder.dataDir, logger);
    assert.equal((await stat(folder.dataDir)).mode & 0o777, 0o755);
    assert.equal((await lstat(notes)).mode & 0o777, 0o644);
    assert.deepEqual(await listOpenToOthers(join(folder.dataDir, 'archive')), []);
    assert.equal((await stat(join(folder.dataDir, 'database', 'base', '1'))).mode & 0o777, 0o600);
    assert.deepEqual(warnings, []);
  });

  test('is not walked twice: a folder of the archive that is closed was done to its end', async () => {
    await using folder = await makeOpenFolder();
    await chmod(join(folder.dataDir, 'archive'), 0o700);
    await closeToOthers(folder.dataDir, silentLogger());
    const { mode } = await stat(join(folder.dataDir, 'archive', 'pubmed'));
    assert.notEqual(mode & 0o077, 0);
  });

  test(
    'that this user cannot close, as on a mounted volume, is told in one warning',
    needsUsers,
    async () => {
      await using folder = await makeOpenFolder();
      const { warnings, logger } = keepWarnings();
      process.seteuid?.(NOBODY);
      try {
        await closeToOthers(folder.dataDir, logger);
      } finally {
        process.seteuid?.(0);
      }
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /^The data folder is open to other users/);
    },
  );

  test('is closed to another user, who cannot write to the database', needsUsers, async () => {
    await using folder = await makeOpenFolder();
    const append = () =>
      execFileSync('sh', ['-c', `echo trust >> ${join(folder.dataDir, 'database', 'base', '1')}`], {
        uid: NOBODY,
        gid: NOBODY,
        stdio: 'pipe',
      });
    append();
    await closeToOthers(folder.dataDir, silentLogger());
    assert.throws(append, /Permission denied/);
  });
});
