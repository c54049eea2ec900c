import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { type ClaimOptions, claimFolder } from '../../src/ownership/folder-lock.ts';
import { listOpenToOthers } from '../support/disk/file-modes.ts';

const NOBODY = 65_534;

async function makeHome() {
  const home = await mkdtemp(join(tmpdir(), 'own-'));
  return {
    short: join(home, 'data'),
    long: join(home, 'long '.repeat(20), 'data'),
    runtimeDir: join(home, 'run'),
    home,
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

async function own(folder: string, options: Partial<ClaimOptions> = {}) {
  const onConnection: ClaimOptions['onConnection'] = (socket) => socket.destroy();
  const claim = await claimFolder({
    folder,
    name: 'bio-mcp serve',
    role: 'service',
    onConnection,
    ...options,
  });
  assert.equal(claim.kind, 'owned');
  const { address } = JSON.parse(await readFile(join(folder, 'owner.1.json'), 'utf8'));
  return { address: String(address), lock: claim.lock };
}

describe('the address of an owner', () => {
  test('lies in the data folder, closed to others, and is named no longer once the owner has left', async () => {
    await using home = await makeHome();
    const { address, lock } = await own(home.short);
    assert.equal(dirname(address), home.short);
    assert.deepEqual(await listOpenToOthers(home.short), []);
    await lock[Symbol.asyncDispose]();
    assert.equal(JSON.parse(await readFile(join(home.short, 'owner.1.json'), 'utf8')).address, null);
  });

  test('of a folder with a long path lies in the runtime folder, where that is private', async () => {
    await using home = await makeHome();
    await mkdir(home.runtimeDir, { mode: 0o700 });
    const { address, lock } = await own(home.long, { runtimeDir: home.runtimeDir });
    assert.equal(dirname(address), home.runtimeDir);
    await lock[Symbol.asyncDispose]();
  });

  test('else in a private folder of our own, never among the files of others', async () => {
    await using home = await makeHome();
    await mkdir(home.runtimeDir);
    await chmod(home.runtimeDir, 0o755);
    const { address, lock } = await own(home.long, { runtimeDir: home.runtimeDir });
    assert.equal((await stat(dirname(address))).mode & 0o777, 0o700);
    assert.notEqual(dirname(address), home.runtimeDir);
    await lock[Symbol.asyncDispose]();
  });

  test('in a folder that others may enter is not connected to', async () => {
    await using home = await makeHome();
    const { address, lock } = await own(home.long);
    await lock[Symbol.asyncDispose]();
    // Another user binds the name that an owner had, in a folder that is not private.
    const forged = join(home.home, basename(address));
    await chmod(home.home, 0o755);
    let connections = 0;
    const server = createServer(() => {
      connections += 1;
    }).listen(forged);
    await once(server, 'listening');
    const record = { name: 'bio-mcp serve', role: 'service', pid: 1, address: forged };
    await writeFile(join(home.long, 'owner.2.json'), JSON.stringify(record));
    const claim = await claimFolder({
      folder: home.long,
      name: 'bio-mcp load',
      role: 'guest',
      onConnection: (socket) => socket.destroy(),
    });
    assert.equal(claim.kind, 'owned');
    await claim.lock[Symbol.asyncDispose]();
    assert.equal(connections, 0);
    server.close();
  });

  test('leads from a copy of the folder to nobody', async () => {
    await using home = await makeHome();
    const { lock } = await own(home.short);
    const copy = join(home.home, 'copy');
    await mkdir(copy);
    await copyFile(join(home.short, 'owner.1.json'), join(copy, 'owner.1.json'));
    const claim = await claimFolder({
      folder: copy,
      name: 'bio-mcp load',
      role: 'guest',
      onConnection: (socket) => socket.destroy(),
      life: { watchMs: 1 },
    });
    assert.equal(claim.kind, 'owned');
    await claim.lock[Symbol.asyncDispose]();
    await lock[Symbol.asyncDispose]();
  });

  test('and the lock file are closed to another user', {
    skip: process.getuid?.() !== 0 && 'needs another user',
  }, async () => {
    await using home = await makeHome();
    await chmod(home.home, 0o755);
    await mkdir(home.short);
    await chmod(home.short, 0o777);
    const { address, lock } = await own(home.short);
    const file = join(home.short, 'owner.1.json');
    const tried = execFileSync(
      process.execPath,
      [
        '-e',
        `const { readFileSync, writeFileSync } = require('node:fs');
        const tell = (work) => { try { work(); console.log('done'); } catch (error) { console.log(error.code); } };
        tell(() => readFileSync(${JSON.stringify(file)}));
        tell(() => writeFileSync(${JSON.stringify(`${home.short}/owner.9.json`)}, ''));
        require('node:net').connect(${JSON.stringify(address)}).on('error', (error) => console.log(error.code));`,
      ],
      { uid: NOBODY, gid: NOBODY, encoding: 'utf8', cwd: '/' },
    );
    assert.deepEqual(tried.trim().split('\n'), ['EACCES', 'EACCES', 'EACCES']);
    const socket = connect(address);
    await once(socket, 'connect');
    socket.destroy();
    await lock[Symbol.asyncDispose]();
  });

  test('a lock file that another user put there is refused in a sentence', {
    skip: process.getuid?.() !== 0 && 'needs another user',
  }, async () => {
    await using home = await makeHome();
    await mkdir(home.short);
    await writeFile(join(home.short, 'owner.3.json'), '{}');
    execFileSync('chown', [`${NOBODY}`, join(home.short, 'owner.3.json')]);
    await assert.rejects(own(home.short), {
      code: 'DB_UNAVAILABLE',
      hint: /^A lock file in the data folder belongs to another user/,
    });
  });
});
