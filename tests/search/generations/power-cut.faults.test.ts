import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { IndexState } from '../../../src/domain/corpus/index-state.ts';
import { createLanceDbGenerations } from '../../../src/search/generations/lancedb-generations.ts';
import { optimizeWhole } from '../../../src/search/optimize-whole.ts';
import { ANALYZER } from '../../../src/search/words/analyzer.ts';
import { type FileChange, replayCut } from '../../support/disk/replay-cut.ts';
import { traceFiles, whyNotTraced } from '../../support/disk/traced-files.ts';
import { openSeededRandom } from '../../support/seeded-random.ts';
import { DIMENSIONS, pmidsOf, toQuery } from '../index-samples.ts';
import type { MarkedIndex } from './marked-index.ts';

/** Each takes some 0.1 s of CPU. */
const MOMENTS = 60;
/** Of each batch: four are more than a search reads without an index, so that the table is refreshed. */
const ROWS = 120;
const PROGRAM = new URL('./marked-index.ts', import.meta.url).pathname;
const STATE: IndexState = { embedderId: 'e', dimensions: DIMENSIONS, generation: 1, analyzer: ANALYZER };
const { signal } = new AbortController();

test(`after each of ${MOMENTS} power cuts in writing, tidying and closing an index holds what was flushed, and can be tidied`, {
  skip: whyNotTraced(),
  timeout: 600_000,
}, async (t) => {
  const random = openSeededRandom(t);
  const work = mkdtempSync(join(tmpdir(), 'bio-mcp-cuts-'));
  t.after(() => rmSync(work, { recursive: true }));
  const [folder, marks, left] = [join(work, 'index'), join(work, 'marks'), join(work, 'left')];
  for (const one of [folder, marks]) mkdirSync(one);
  const words: MarkedIndex = { folder, marks, rows: ROWS };
  const changes = await traceFiles({ program: PROGRAM, words: [JSON.stringify(words)], folder, marks });
  assert.equal(findRevisions(changes).size, 7 * ROWS);
  for (let moment = 0; moment < MOMENTS; moment++) {
    const before = changes.slice(0, 1 + Math.floor(random() * changes.length));
    const share = [0, 0.5, random()][moment % 3] ?? 0;
    const lostNames = [0, random(), 1][(moment >> 1) % 3] ?? 0;
    rmSync(left, { recursive: true, force: true });
    mkdirSync(left);
    replayCut(left, before, { keep: () => random() < share, lostNames });
    const title = `cut after ${before.length} of ${changes.length} changes, ${share} of the rest and ${lostNames} fewer names`;
    await t.test(title, () => examine(left, findRevisions(before)));
  }
});

/** The sequence number with which each PMID was last flushed. */
function findRevisions(changes: readonly FileChange[]): Map<number, number> {
  const marks = changes.flatMap((change) => (change.kind === 'mark' ? [change.told] : []));
  const revisions = new Map<number, number>();
  for (const mark of marks) {
    const [sequence = 0, from = 0] = mark.split('-').map(Number);
    for (let at = 0; at < ROWS; at++) revisions.set(from + at, sequence);
  }
  return revisions;
}

async function examine(folder: string, revisions: Map<number, number>): Promise<void> {
  const generations = createLanceDbGenerations({ folder, isShared: false });
  await using index = await generations.open(STATE, { signal, isReplaced: revisions.size === 0 });
  const last = Math.max(0, ...revisions.values());
  await index.rollbackTo(last, { signal });
  for (const isTidied of [false, true]) {
    assert.equal(await index.countChunks({ signal }), revisions.size, isTidied ? 'tidied' : 'as found');
    for (const [pmid] of [...revisions].filter((_, at) => at % 97 === 0)) {
      const found = await index.search(toQuery(`word${pmid}`, { mode: 'bm25', limit: 3 }), { signal });
      assert.deepEqual(pmidsOf(found), [pmid]);
    }
    await index.removeEnded({ upTo: last, checkpoints: [] }, { signal });
    await optimizeWhole(index, { signal });
  }
}
