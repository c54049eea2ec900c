import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { claimFolder } from '../../src/ownership/folder-lock.ts';
import { findHost } from '../../src/ownership/owner-file.ts';
import type { LifeOptions } from '../../src/ownership/owner-life.ts';

const ELSEWHERE = { name: 'nas-client', boot: '3f0c2f0e-0000-4000-8000-000000000000' };
/** Long enough for any machine: a test that waits for its end has failed. */
const FOR_EVER = 600_000;

/** A folder whose owner is on another host: no socket of it is there. */
async function makeForeign(record: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-life-'));
  const lockFile = join(folder, 'owner.4.json');
  const address = '/run/user/1000/bio-mcp-0123456789abcdef-01234567.sock';
  const owner = { name: 'bio-mcp serve', role: 'service', pid: 12, address, host: ELSEWHERE, ...record };
  await writeFile(lockFile, JSON.stringify(owner));
  return { folder, lockFile, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function claim(folder: string, life: LifeOptions, onLost: () => void = () => undefined) {
  const onConnection = () => undefined;
  return claimFolder({ folder, name: 'bio-mcp load', role: 'guest', onConnection, life, onLost });
}

describe('an owner that cannot be reached', () => {
  test('on another host keeps the folder as long as its lock file changes, and is named', async () => {
    await using foreign = await makeForeign();
    let seconds = 0;
    const beating = setInterval(() => void utimes(foreign.lockFile, ++seconds, seconds), 10);
    await assert.rejects(claim(foreign.folder, { isLocal: false, watchMs: FOR_EVER }), {
      code: 'DB_UNAVAILABLE',
      hint: /^The data folder is in use by `bio-mcp serve` \(process 12 on nas-client\).*wants a local disk/,
    });
    clearInterval(beating);
  });

  test('on another host is replaced without a hand once it is silent', async () => {
    await using foreign = await makeForeign();
    const claimed = await claim(foreign.folder, { isLocal: false, watchMs: 1 });
    assert.equal(claimed.kind, 'owned');
    await claimed.lock[Symbol.asyncDispose]();
  });

  test('in a container whose sockets are not seen here keeps the folder, too', async () => {
    await using foreign = await makeForeign({ host: { ...(await findHost()), name: 'container' } });
    let seconds = 0;
    const beating = setInterval(() => void utimes(foreign.lockFile, ++seconds, seconds), 10);
    await assert.rejects(claim(foreign.folder, { watchMs: FOR_EVER }), /process 12 on container/);
    clearInterval(beating);
  });

  test('is dead at once where the disk is local and the system was started since', async () => {
    await using foreign = await makeForeign();
    const claimed = await claim(foreign.folder, { isLocal: true, watchMs: FOR_EVER });
    assert.equal(claimed.kind, 'owned');
    await claimed.lock[Symbol.asyncDispose]();
  });

  test('is dead at once where it left in good order, or is of a release that told no host', async () => {
    for (const record of [{ address: null }, { host: undefined }]) {
      await using foreign = await makeForeign(record);
      const claimed = await claim(foreign.folder, { isLocal: false, watchMs: FOR_EVER });
      assert.equal(claimed.kind, 'owned');
      await claimed.lock[Symbol.asyncDispose]();
    }
  });

  test('and finds, when it wakes, that another has the folder, is told at its next beat', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    await using foreign = await makeForeign({ address: null });
    const lost = Promise.withResolvers<void>();
    const claimed = await claim(foreign.folder, {}, lost.resolve);
    assert.equal(claimed.kind, 'owned');
    await writeFile(join(foreign.folder, 'owner.6.json'), '{}');
    context.mock.timers.tick(2_000);
    await lost.promise;
    await claimed.lock[Symbol.asyncDispose]();
  });
});
