import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEngine } from '../../../src/store/database/pglite/pglite-engine.ts';
import { recordFiles } from '../../support/disk/recorded-files.ts';
import { type FileChange, replayCut } from '../../support/disk/replay-cut.ts';
import { copyTemplate } from '../../support/postgres/databases.ts';
import { openSeededRandom } from '../../support/seeded-random.ts';

const MOMENTS = 50;
const ROWS = 300;
const OF_THE_START = 10;

test(`after each of ${MOMENTS} power cuts the embedded database holds every commit that was answered`, async (t) => {
  const random = openSeededRandom(t);
  const work = mkdtempSync(join(tmpdir(), 'bio-mcp-power-cut-'));
  try {
    const before = join(work, 'before');
    await copyTemplate(before);
    const { changes, answered } = await recordCommits(before, join(work, 'recorded'));
    for (let moment = 0; moment < MOMENTS; moment++) {
      // Each of the first ones, when the start writes its own files; then any.
      const cut = moment < OF_THE_START ? moment : Math.floor(random() * changes.length);
      const share = [0, 0.5, random()][moment % 3] ?? 0; // nothing of what was not flushed, half of it, some
      const folder = join(work, 'cut');
      cpSync(before, folder, { recursive: true });
      replayCut(folder, changes.slice(0, cut), { keep: () => random() < share });
      const kept = answered.filter((at) => at <= cut).length;
      const told = `moment ${moment}: cut after ${cut} of ${changes.length} changes, ${share} of the rest kept`;
      const found = await countCommits(folder).catch((cause: unknown) => assert.fail(`${told}: ${cause}`));
      // The one that was under way may be whole too.
      assert.ok(
        found.every((rows) => rows === ROWS),
        `${told}: a commit is not whole: ${found}`,
      );
      assert.ok(found.length === kept || found.length === kept + 1, `${told}: ${found.length} of ${kept}`);
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});

/** `answered`: after which change each commit was answered. */
async function recordCommits(before: string, folder: string) {
  cpSync(before, folder, { recursive: true });
  using recording = recordFiles(folder);
  const answered: number[] = [];
  const { database } = await openEngine({ folder, fsync: true });
  await database.exec('create table cuts (batch integer, body text)');
  const start = recording.changes.length;
  for (let batch = 0; batch < 12; batch++) {
    await database.query(
      `insert into cuts select ${batch}, repeat(md5(n::text), 8) from generate_series(1, ${ROWS}) as n`,
    );
    answered.push(recording.changes.length);
    if (batch % 4 === 3) await database.exec('checkpoint');
  }
  const changes: FileChange[] = [...recording.changes];
  assert.ok(changes.some(({ kind }) => kind === 'sync') && changes.length > start);
  await database.close();
  return { changes, answered };
}

/** How many rows of each batch are there. */
async function countCommits(folder: string): Promise<number[]> {
  const { database } = await openEngine({ folder, fsync: false });
  try {
    const { rows } = await database.query<{ known: boolean }>(
      `select to_regclass('cuts') is not null as known`,
    );
    if (rows[0]?.known !== true) return [];
    const counts = await database.query<{ n: number }>(
      'select count(*)::int as n from cuts group by batch order by batch',
    );
    return counts.rows.map(({ n }) => n);
  } finally {
    await database.close();
  }
}
