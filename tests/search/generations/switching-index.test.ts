import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSwitchingIndex } from '../../../src/search/generations/switching-index.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { DIMENSIONS, toBatch, toQuery } from '../index-samples.ts';

test('searches that are under way when another index takes the place are answered by the one before', async ({
  signal,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-switching-'));
  try {
    const open = async (number: number) => {
      const index = await openLanceDbIndex({ folder: join(folder, `${number}`), dimensions: DIMENSIONS });
      await index.write(toBatch(1, [{ pmid: number, text: 'heart' }]), { signal });
      return index;
    };
    const [before, next] = [await open(1), await open(2)];
    await using index = createSwitchingIndex(before);
    const find = async () => {
      const hits = await index.search(toQuery('heart', { mode: 'bm25' }), { signal });
      return hits.map(({ facts }) => facts.pmid);
    };
    const underWay = Array.from({ length: 20 }, find);
    const switching = index.switchTo(next);
    assert.deepEqual(await find(), ['2']);
    await switching;
    assert.deepEqual(await Promise.all(underWay), Array(20).fill(['1']));
    await assert.rejects(before.ping({ signal }), { code: 'INDEX_UNAVAILABLE' });
    await index.ping({ signal });
  } finally {
    await rm(folder, { recursive: true });
  }
});
