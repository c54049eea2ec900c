import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import type { TestSearchIndex } from '../conformance/search-index.ts';
import { DIMENSIONS, type Sample } from './index-samples.ts';

export async function openTestIndex(): Promise<TestSearchIndex> {
  const folder = await makeFolder();
  // What few rows do without: filters find the same by the indexes and, in all other tests, without.
  const options = { folder: folder.path, dimensions: DIMENSIONS, filterIndexRows: 0 };
  let index = await openLanceDbIndex(options);
  return {
    index,
    async reopen() {
      await index[Symbol.asyncDispose]();
      index = await openLanceDbIndex(options);
      return index;
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export async function makeFolder(): Promise<AsyncDisposable & { path: string }> {
  const parent = await mkdtemp(join(tmpdir(), 'bio-mcp-index-'));
  const path = join(parent, 'index');
  await mkdir(path);
  return { path, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

/** So few rows get a vector index of their own. */
export const VECTOR_INDEX_ROWS = 600;

/** Passages that have their words, and so their vectors, for themselves; `more`: what one has beside them. */
export function makeSamples(count: number, more: (at: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: count }, (_, at) => ({
    pmid: at + 1,
    text: `word${at} word${at * 7} word${at * 13}`,
    ...more(at),
  }));
}

export async function listIndexesOf(folder: string): Promise<string[]> {
  const table = await (await connect(folder)).openTable('chunks');
  return (await table.listIndices()).map(({ name }) => name).sort();
}
