import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fillCorpus } from '../../support/corpus/filled-corpus.ts';
import { dumpTables, findPmids, makeTestHome, type TestHome } from '../../support/corpus/test-corpus.ts';

const PROGRAM = `${import.meta.dirname}/reindex-aloud.ts`;
const QUERY = 'patients treatment results';
/** Which step, and the how-many-eth time it is told. */
const MOMENTS: readonly [step: RegExp, time: number][] = [
  [/^reading /, 1],
  [/^documents: /, 1],
  [/^documents: /, 4],
  [/^looking for/, 1],
  [/^bringing the index/, 1],
  [/^taking the place/, 1],
];

describe('kill -9 during a reindex', () => {
  test('leaves the old corpus or the new one, whole, and running it again ends it', async () => {
    await using home = await makeTestHome({ engine: 'PGlite' });
    await fillCorpus(home);
    const expected = await readCorpus(home);
    for (const [step, time] of MOMENTS) {
      assert.equal(await killAt(home, step, time), 'SIGKILL', String(step));
      assert.deepEqual(await readCorpus(home), expected, String(step));
    }
    assert.equal(await killAt(home, /^none/, 1), null);
    assert.deepEqual(await readCorpus(home), expected);
  });

  test('in an empty database leaves it as lost as it was, and running it again brings all back', async () => {
    await using home = await makeTestHome({ engine: 'PGlite' });
    await fillCorpus(home);
    const expected = await readCorpus(home);
    await using other = await makeTestHome({ engine: 'PGlite' });
    await cp(join(home.dataDir, 'archive'), join(other.dataDir, 'archive'), { recursive: true });
    for (const [step, time] of MOMENTS.slice(1, 3)) {
      assert.equal(await killAt(other, step, time), 'SIGKILL', String(step));
      await assert.rejects(other.open(), { hint: /database is empty/ });
    }
    assert.equal(await killAt(other, /^none/, 1), null);
    assert.deepEqual(await readCorpus(other), expected);
  });
});

/** Resolves to the signal that ended it; `null` when it came to its end before that step. */
async function killAt(home: TestHome, step: RegExp, time: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, ...home.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let times = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (step.test(line)) times += 1;
    if (times === time) child.kill('SIGKILL');
  }
  const [code, ended] = (await exited) as [number | null, NodeJS.Signals | null]; // as Node documents `exit`
  if (ended === null) assert.equal(code, 0);
  return ended;
}

async function readCorpus(home: TestHome) {
  let found: string[];
  {
    await using corpus = await home.open();
    found = (await findPmids(corpus, QUERY, { top_k: 50 })).sort();
  }
  const { corpus_state, ...tables } = await dumpTables(home);
  return { found, tables, state: corpus_state?.map(({ index_generation: _, ...row }) => row) };
}
