import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WeaviateCeilings } from '../../src/search/weaviate/weaviate-ceilings.ts';

const onChange = () => undefined;

/** A collection that tells how often each token was asked for. */
function makeCollection() {
  const start = { passages: 10, entered: 1, score: 1, nowMs: 0, asked: [] as string[], isYoung: true };
  const collection = { ...start, changes: 0 };
  const ceilings = new WeaviateCeilings({
    async ask(tokens, { isYoung }) {
      collection.asked.push(...tokens);
      collection.isYoung = isYoung;
      return tokens.map((token) => (token === 'unheld' ? null : collection.score));
    },
    findState: async () => ({ passages: collection.passages, entered: collection.entered }),
    onChange: () => {
      collection.changes += 1;
    },
    now: () => collection.nowMs,
  });
  return { collection, ceilings };
}

describe('what words weigh in Weaviate', () => {
  test('a token is asked once while the collection holds as many passages', async ({ signal }) => {
    const { collection, ceilings } = makeCollection();
    await ceilings.find(['heart'], { signal }); // counts for the first time

    assert.deepEqual((await ceilings.find(['heart', 'unheld'], { signal })).ceilings, [1, null]);
    collection.asked = [];
    const { ceilings: told, passages } = await ceilings.find(['unheld', 'liver', 'heart'], { signal });

    assert.deepEqual(told, [null, 1, 1]);
    assert.equal(passages, 10);
    assert.deepEqual(collection.asked, ['liver']);
  });

  for (const [what, change] of [
    ['count', { passages: 11 }],
    ['sequence number, with as many passages,', { entered: 2 }],
  ] as const) {
    test(`another ${what} asks all of a question anew, and is answered by no old score`, async ({
      signal,
    }) => {
      const { collection, ceilings } = makeCollection();
      for (let time = 0; time < 2; time += 1) await ceilings.find(['heart', 'liver'], { signal });

      Object.assign(collection, change, { score: 2 });
      assert.deepEqual((await ceilings.find(['heart', 'liver'], { signal })).ceilings, [2, 2]);
      assert.equal(collection.changes, 1);
      collection.asked = [];
      assert.deepEqual((await ceilings.find(['heart', 'kidney'], { signal })).ceilings, [2, 2]);
      assert.deepEqual(collection.asked, ['kidney']);
    });
  }

  test('what this process changes, and what was told long ago, is asked anew', async ({ signal }) => {
    const { collection, ceilings } = makeCollection();
    for (let time = 0; time < 2; time += 1) await ceilings.find(['heart'], { signal });
    const askAnew = async () => {
      collection.asked = [];
      collection.score += 1;
      assert.deepEqual((await ceilings.find(['heart'], { signal })).ceilings, [collection.score]);
      assert.deepEqual(collection.asked, ['heart']);
    };

    ceilings.forget();
    await askAnew();
    collection.nowMs += 75_000; // segments are written
    await askAnew();
    collection.nowMs += 599_999;
    collection.asked = [];
    await ceilings.find(['heart'], { signal });
    assert.deepEqual(collection.asked, []);
    collection.nowMs += 1;
    await askAnew();
  });

  test('what was told a minute after the last change is told to be settled, until the next one', async ({
    signal,
  }) => {
    const { collection, ceilings } = makeCollection();
    const isYoung = async () => {
      await ceilings.find([`word${collection.nowMs}`], { signal });
      collection.nowMs += 1;
      return collection.isYoung;
    };

    assert.deepEqual([await isYoung(), await isYoung()], [true, true]);
    collection.nowMs = 75_000;
    assert.equal(await isYoung(), false);
    collection.nowMs += 600_000;
    assert.equal(await isYoung(), false);
    collection.entered += 1;
    assert.equal(await isYoung(), true, 'another process wrote');
    collection.nowMs += 75_000;
    assert.equal(await isYoung(), false);
    ceilings.forget();
    assert.equal(await isYoung(), true);
  });

  test('who waits for the words of another question is let go with its own signal', async () => {
    const never = Promise.withResolvers<never>();
    const ceilings = new WeaviateCeilings({
      ask: () => never.promise,
      findState: () => never.promise,
      onChange,
    });
    void ceilings.find(['heart'], { signal: new AbortController().signal });

    const caller = new AbortController();
    const settled = ceilings.settle({ signal: caller.signal });
    caller.abort(new Error('given up'));
    await assert.rejects(settled, /given up/);
  });

  test('a failure is told, and not remembered', async ({ signal }) => {
    let isAway = false;
    const ceilings = new WeaviateCeilings({
      ask: async (tokens) => {
        if (isAway) throw new Error('away');
        return tokens.map(() => 3);
      },
      findState: async () => ({ passages: 10, entered: 1 }),
      onChange,
    });
    await ceilings.find(['heart'], { signal });
    isAway = true;
    await assert.rejects(ceilings.find(['heart'], { signal }), /away/);
    isAway = false;
    assert.deepEqual((await ceilings.find(['heart'], { signal })).ceilings, [3]);
  });
});
