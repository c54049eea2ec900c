import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { v7 as toUuid } from 'uuid';
import type { JobId, JobState } from '../../../src/domain/jobs/job.ts';
import { settleDownloads, toFileFolderName } from '../../../src/ingest/sources/download-folders.ts';
import { createHeldClock } from '../../support/time/held-clock.ts';

const NOW = '2026-03-01T00:00:00Z';
const DAY_MS = 24 * 3_600_000;
const MINE = { url: 'https://nlm.example.org/updatefiles/pubmed26n1335.xml.gz' };
const OTHER = { url: 'https://nlm.example.org/baseline/pubmed26n0001.xml.gz' };

async function setUp() {
  const root = await mkdtemp(join(tmpdir(), 'bio-mcp-downloads-'));
  const states = new Map<JobId, JobState>();
  return {
    folders: { root, clock: createHeldClock(NOW), findStates: async () => states },
    /** Of a job in that state, with a part of each file; `null`: the database knows no such job. */
    async add(
      state: JobState | null,
      files: readonly { url: string }[],
      { name = toUuid(), ageMs = 0 }: { name?: string; ageMs?: number } = {},
    ): Promise<string> {
      if (state !== null) states.set(name as JobId, state);
      for (const file of files) {
        await mkdir(join(root, name, toFileFolderName(file)), { recursive: true });
        await writeFile(join(root, name, toFileFolderName(file), 'x.xml.gz.part'), '');
      }
      const at = new Date(Date.parse(NOW) - ageMs);
      await utimes(join(root, name), at, at);
      return name;
    },
    async list(): Promise<string[]> {
      const found = await readdir(root, { recursive: true, withFileTypes: true });
      const parts = found.filter((one) => one.isFile());
      return parts.map(({ parentPath }) => parentPath.slice(root.length + 1)).sort();
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

describe('the downloads of jobs', () => {
  test('those of a job that is queued or runs are left alone, also where they are wanted', async ({
    signal,
  }) => {
    await using all = await setUp();
    await all.add('running', [MINE, OTHER]);
    await all.add('queued', [MINE]);
    const before = await all.list();

    await settleDownloads(all.folders, { jobId: toUuid(), parentJobId: null }, [MINE], { signal });

    assert.deepEqual(await all.list(), before);
  });

  for (const state of ['succeeded', 'failed'] as const) {
    test(`what a job that has ${state} left is taken over where it is wanted, and removed else`, async ({
      signal,
    }) => {
      await using all = await setUp();
      await all.add(state, [MINE, OTHER]);
      const jobId = toUuid();

      await settleDownloads(all.folders, { jobId, parentJobId: null }, [MINE], { signal });

      assert.deepEqual(await all.list(), [join(jobId, toFileFolderName(MINE))]);
      assert.deepEqual(await readdir(all.folders.root), [jobId]);
    });
  }

  test('a part takes from its parent what is its own, and the last of them removes the folder', async ({
    signal,
  }) => {
    await using all = await setUp();
    const parentJobId = await all.add('running', [MINE, OTHER]);
    const [first, second] = [toUuid(), toUuid()];

    await settleDownloads(all.folders, { jobId: first, parentJobId }, [MINE], { signal });

    const left = [join(parentJobId, toFileFolderName(OTHER)), join(first, toFileFolderName(MINE))];
    assert.deepEqual(await all.list(), left.sort());
    await settleDownloads(all.folders, { jobId: second, parentJobId }, [OTHER], { signal });
    assert.deepEqual((await readdir(all.folders.root)).sort(), [first, second].sort());
  });

  test('those of a job that this database does not know stay for a week', async ({ signal }) => {
    await using all = await setUp();
    const fresh = await all.add(null, [MINE], { ageMs: 6 * DAY_MS });
    const earlierRelease = await all.add(null, [MINE], { name: '0123456789abcdef', ageMs: DAY_MS });
    await all.add(null, [MINE], { ageMs: 8 * DAY_MS });
    await all.add(null, [MINE], { name: 'fedcba9876543210', ageMs: 8 * DAY_MS });

    await settleDownloads(all.folders, { jobId: toUuid(), parentJobId: null }, [MINE], { signal });

    assert.deepEqual((await readdir(all.folders.root)).sort(), [earlierRelease, fresh].sort());
  });
});
