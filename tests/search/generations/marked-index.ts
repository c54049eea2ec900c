/**
 * A process that writes to the index of the first generation in `folder` as commits do, tidies it, closes it
 * and begins anew, and makes a folder in `marks` for each batch once it is flushed: `SEQUENCE-FIRST_PMID`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFolderFlusher } from '../../../src/disk/folder-flusher.ts';
import { noteAtClose, requireWholeIndex } from '../../../src/search/generations/closed-index.ts';
import { rememberVersions } from '../../../src/search/generations/flushed-versions.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { optimizeWhole } from '../../../src/search/optimize-whole.ts';
import type { SearchIndex } from '../../../src/search/search-index.ts';
import { DIMENSIONS, toBatch, toPmid, toQuery } from '../index-samples.ts';

export interface MarkedIndex {
  folder: string;
  /** There already, and empty. */
  marks: string;
  /** Of each batch. */
  rows: number;
}

const { folder, marks, rows }: MarkedIndex = JSON.parse(process.argv[2] ?? '');
const { signal } = new AbortController();
const own = join(folder, '1');
await using flusher = createFolderFlusher([folder]);
const flush = rememberVersions(folder, (options) => flusher.flush(options));
const limits = { vectorIndexRows: 4 * rows, filterIndexRows: 4 * rows };
let sequence = 0;

async function open(): Promise<SearchIndex> {
  await requireWholeIndex(own);
  const index = await openLanceDbIndex({ folder: own, dimensions: DIMENSIONS, ...limits, flush });
  return noteAtClose(index, { folder: own, flush });
}

async function commit(index: SearchIndex, from: number, { isNewer = false } = {}): Promise<void> {
  sequence += 1;
  const samples = Array.from({ length: rows }, (_, at) => ({
    pmid: from + at,
    text: `heart word${from + at}`,
    revision: sequence,
  }));
  const superseded = isNewer ? samples.map(({ pmid }) => toPmid(pmid)) : [];
  await index.write({ ...toBatch(sequence, samples), superseded }, { signal });
  await flush({ signal });
  mkdirSync(join(marks, `${sequence}-${from}`));
  await index.search(toQuery('heart', { limit: 5 }), { signal });
}

async function tidy(index: SearchIndex): Promise<void> {
  await index.removeEnded({ upTo: sequence, checkpoints: [] }, { signal });
  await optimizeWhole(index, { signal });
}

{
  await using index = await open();
  for (let from = 1; from <= 5 * rows; from += rows) await commit(index, from);
  await tidy(index);
  for (let from = 1; from <= 2 * rows; from += rows) await commit(index, from, { isNewer: true });
  await index.write(toBatch(sequence + 1, [{ pmid: 9_999, text: 'undone' }]), { signal });
  await index.rollbackTo(sequence, { signal });
  await Promise.all([tidy(index), flush({ signal }), flush({ signal }), commit(index, 5_001)]);
}
{
  await using index = await open();
  await commit(index, 6_001);
  await index.write(toBatch(sequence + 1, [{ pmid: 9_999, text: 'told to nobody' }]), { signal });
}
