import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import type { TestSearchIndex } from '../conformance/search-index.ts';
import { DIMENSIONS } from './index-samples.ts';

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

export async function listIndexesOf(folder: string): Promise<string[]> {
  const table = await (await connect(folder)).openTable('chunks');
  return (await table.listIndices()).map(({ name }) => name).sort();
}
