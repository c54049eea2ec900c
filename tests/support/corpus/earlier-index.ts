import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestHome } from './test-corpus.ts';

/** What a release made that read words by `analyzer`: `records.xml`, and the index of them. */
export function earlierFixture(name: 'second-analyzer' | 'third-analyzer' | 'fourth-analyzer'): string {
  return fileURLToPath(new URL(`../../fixtures/${name}/`, import.meta.url));
}

/** The index in its place is the one that the earlier release made of the same records. */
export async function bringBackIndex(home: TestHome, fixture: string, analyzer: number): Promise<void> {
  await rm(join(home.dataDir, 'index'), { recursive: true });
  await promisify(execFile)('tar', ['-xzf', join(fixture, 'index.tar.gz'), '-C', home.dataDir]);
  await home.query((kysely) =>
    kysely.updateTable('corpus_state').set({ index_analyzer: analyzer }).execute(),
  );
}

/** What `readyz` tells of the index. */
export function findIndexNote({ checks }: Awaited<ReturnType<TestHome['open']>>): string | null {
  return checks.find(({ name }) => name === 'index')?.note?.() ?? null;
}
