import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeFolders } from '../../src/disk/make-folders.ts';
import { lockFolder } from './lock-folder.ts';

const RACERS = 20;

describe('the lock of a data folder', () => {
  test('a second owner is refused in one sentence that names the first', async () => {
    await using home = await makeFolder();
    await using _owner = await lockFolder({ folder: home.folder, name: 'bio-mcp http' });
    await assert.rejects(lockFolder({ folder: home.folder, name: 'bio-mcp load' }), {
      code: 'DB_UNAVAILABLE',
      hint: `The data folder is in use by \`bio-mcp http\` (process ${process.pid}): work through that one, or stop it first.`,
    });
  });

  test('it is free again when its owner has left, any number of times', async () => {
    await using home = await makeFolder();
    for (let owner = 0; owner < 5; owner++) {
      await using _lock = await lockFolder({ folder: home.folder, name: 'bio-mcp load' });
      await assert.rejects(lockFolder({ folder: home.folder, name: 'other' }), { code: 'DB_UNAVAILABLE' });
    }
    const left = await readdir(home.folder);
    assert.equal(left.length, 1, left.join());
  });

  test('a folder with a long path, with blanks and letters of any script is locked too', async () => {
    await using home = await makeFolder();
    const folder = join(home.folder, 'Übersicht 論文 '.repeat(8), 'data');
    await using _owner = await lockFolder({ folder, name: 'bio-mcp http' });
    await assert.rejects(lockFolder({ folder, name: 'other' }), /in use by `bio-mcp http`/);
  });

  test('a lock file that a disk has damaged stands for nobody', async () => {
    await using home = await makeFolder();
    await writeFile(join(home.folder, 'owner.7.json'), '');
    await using _owner = await lockFolder({ folder: home.folder, name: 'bio-mcp http' });
    assert.deepEqual(await listLocks(home.folder), ['owner.8.json']);
  });

  test('a killed owner does not keep it, and a living one that is stopped does', async () => {
    await using home = await makeFolder();
    const owner = await startRacer(home.folder, 'bio-mcp load');
    assert.equal(await race(owner), 'owner');
    owner.kill('SIGSTOP');
    await assert.rejects(
      lockFolder({ folder: home.folder, name: 'other' }),
      new RegExp(`process ${owner.pid}`),
    );
    await kill(owner);
    await using _next = await lockFolder({ folder: home.folder, name: 'bio-mcp http' });
    const left = await readdir(home.folder);
    assert.equal(left.filter((name) => name.endsWith('.sock')).length, 1, left.join());
  });

  test(`of ${RACERS} that race for a dead lock exactly one wins`, async () => {
    await using home = await makeFolder();
    const dead = await startRacer(home.folder, 'bio-mcp load');
    assert.equal(await race(dead), 'owner');
    await kill(dead);
    const racers = await Promise.all(
      Array.from({ length: RACERS }, (_, at) => startRacer(home.folder, `racer ${at}`)),
    );
    const said = await Promise.all(racers.map(race));
    await Promise.all(racers.map(kill));
    assert.equal(said.filter((one) => one === 'owner').length, 1, said.join('\n'));
    const winner = said.indexOf('owner');
    for (const [at, one] of said.entries()) {
      if (at !== winner) assert.match(one, new RegExp(`in use by \`racer ${winner}\` `));
    }
    assert.equal((await listLocks(home.folder)).length, 1);
  });

  test('racers in one process, too', async () => {
    await using home = await makeFolder();
    for (let round = 0; round < 10; round++) {
      const tries = await Promise.allSettled(
        Array.from({ length: RACERS }, (_, at) => lockFolder({ folder: home.folder, name: `racer ${at}` })),
      );
      const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      assert.equal(won.length, 1);
      await won[0]?.[Symbol.asyncDispose]();
    }
  });

  test('a folder that cannot be made is told in a sentence', async () => {
    await using home = await makeFolder();
    await writeFile(join(home.folder, 'file'), '');
    await assert.rejects(lockFolder({ folder: join(home.folder, 'file', 'data'), name: 'bio-mcp load' }), {
      code: 'DB_UNAVAILABLE',
      hint: /^The data folder cannot be used: a file stands where it should be/,
    });
  });

  test('so is a path that leads nowhere, to itself, is too long, or lies where nothing can be made', async () => {
    await using home = await makeFolder();
    const inside = (name: string) => join(home.folder, name);
    await symlink(inside('not-mounted'), inside('link'));
    await symlink(inside('loop'), inside('loop'));
    const told: (readonly [folder: string, hint: RegExp])[] = [
      [inside('link'), /: its path leads nowhere, as a link to a volume that is not mounted/],
      [inside('loop'), /: its path leads nowhere/],
      [inside('long'.repeat(100)), /: its path is longer than the disk takes/],
      ...(process.platform === 'linux' ? ([['/proc/corpus/data', /: its path leads nowhere/]] as const) : []),
    ];
    for (const [folder, hint] of told) {
      await assert.rejects(lockFolder({ folder, name: 'bio-mcp load' }), { code: 'DB_UNAVAILABLE', hint });
    }
  });

  test('a folder is made with all that it lies in, by many at once', async () => {
    await using home = await makeFolder();
    const folder = join(home.folder, 'deep', 'in', 'folders');
    await Promise.all(Array.from({ length: RACERS }, () => makeFolders(folder, { mode: 0o700 })));
    assert.equal((await stat(folder)).isDirectory(), true);
    await makeFolders(folder, { mode: 0o700 });
  });
});

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-lock-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function listLocks(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.json'));
}

async function startRacer(folder: string, name: string): Promise<ChildProcess> {
  const racer = fork(`${import.meta.dirname}/folder-lock-owner.ts`, [folder, name]);
  await once(racer, 'message');
  return racer;
}

/** Resolves to 'owner', or to why not. */
async function race(racer: ChildProcess): Promise<string> {
  racer.send('go');
  const [said] = await once(racer, 'message');
  return String(said);
}

async function kill(racer: ChildProcess): Promise<void> {
  const exited = once(racer, 'exit');
  racer.kill('SIGKILL');
  await exited;
}
