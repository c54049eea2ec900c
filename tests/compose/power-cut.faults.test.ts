import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyArchive } from '../../src/archive/verify-archive.ts';
import type { Corpus } from '../../src/compose.ts';
import type { ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import {
  dumpContent,
  findPmids,
  loadInto,
  makeTestHome,
  type TestHome,
} from '../support/corpus/test-corpus.ts';
import type { MarkedLoad } from '../support/disk/marked-load.ts';
import { type FileChange, replayCut } from '../support/disk/replay-cut.ts';
import { restoreFolder } from '../support/disk/restore-folder.ts';
import { traceFiles, whyNotTraced } from '../support/disk/traced-files.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { openSeededRandom } from '../support/seeded-random.ts';

/** Each takes some 4 s of CPU; `make soak` takes fifty. */
const MOMENTS = Number(process.env.TEST_CUTS ?? 12);
const [LONGEST_MS, LONGEST_STATE_MS] = [3_600_000, 300_000];
const PROGRAM = new URL('../support/disk/marked-load.ts', import.meta.url).pathname;
const { signal } = new AbortController();

/** The files of each load: from which PMID, up to before which, and the word in each title. */
const LOADS = [
  [
    { from: 1, to: 9, word: 'zebrafish' },
    { from: 9, to: 17, word: 'zebrafish' },
  ],
  [
    { from: 5, to: 13, word: 'wombat' },
    { from: 17, to: 25, word: 'zebrafish' },
  ],
] as const;

test(`after each of ${MOMENTS} power cuts in a load all that was told of is there, and the same load completes the rest`, {
  skip: whyNotTraced(),
  timeout: LONGEST_MS,
}, async (t) => {
  const random = openSeededRandom(t);
  await using home = await makeTestHome({ engine: 'PGlite' });
  const at = (name: string) => join(home.dataDir, '..', name);
  const before = at('before');
  cpSync(home.dataDir, before, { recursive: true, preserveTimestamps: true });
  const loads = await writeSources(home);
  const changes = await recordLoad(home, loads, at('marks'));
  const whole = await describeWhole(home);
  for (const { cut, share, lostNames } of pickCuts(changes, random)) {
    restoreFolder(before, home.dataDir);
    replayCut(home.dataDir, changes.slice(0, cut), { keep: () => random() < share, lostNames });
    const title = `cut after ${cut} of ${changes.length} changes, ${share} of the rest and ${lostNames} fewer names`;
    await t.test(title, { timeout: LONGEST_STATE_MS }, async () => {
      await examine(home, { loads, told: toldBefore(changes.slice(0, cut)) });
      if (cut % 5 === 0) assert.deepEqual(await describeWhole(home), whole);
    });
  }
});

async function recordLoad(home: TestHome, loads: string[][], marks: string): Promise<FileChange[]> {
  mkdirSync(marks);
  const load: MarkedLoad = { env: { ...home.env, BIO_MCP_DATABASE_FSYNC: 'true' }, loads, marks };
  const words = [JSON.stringify(load)];
  return await traceFiles({ program: PROGRAM, words, folder: home.dataDir, marks });
}

async function writeSources(home: TestHome): Promise<string[][]> {
  const toRecords = ({ from, to, word }: (typeof LOADS)[number][number]) =>
    Array.from({ length: to - from }, (_, at) =>
      articleXml({ pmid: from + at, title: `Of a ${word}.`, abstract: `Abstract ${at} of ${word}.` }),
    );
  return await Promise.all(
    LOADS.map((files, load) =>
      Promise.all(files.map((file, at) => home.write(`${load}-${at}.xml`, setXml(...toRecords(file))))),
    ),
  );
}

interface PickedCut {
  /** So many changes come before it. */
  cut: number;
  /** Of what was not flushed, what the disk has. */
  share: number;
  lostNames: number;
}

/**
 * Half of them anywhere, half where archive and index change, which make far fewer calls than the database.
 * Then one behind each name that an object gets which no later run puts again: its bytes must be there.
 */
function pickCuts(changes: readonly FileChange[], random: () => number): PickedCut[] {
  const all = changes.map((_, at) => at + 1);
  const others = all.filter((at) => {
    const change = changes[at - 1];
    return change !== undefined && 'file' in change && !change.file.startsWith('database');
  });
  const picked = Array.from({ length: MOMENTS }, (_, moment) => {
    const from = moment % 2 === 0 ? all : others;
    const cut = from[Math.floor(random() * from.length)] ?? assert.fail('nothing was recorded');
    const share = [0, 0.5, random()][moment % 3] ?? 0; // nothing of what was not flushed, half of it, some
    return { cut, share, lostNames: [0, random(), 1][(moment >> 1) % 3] ?? 0 };
  });
  const named = all.filter((at) => {
    const change = changes[at - 1];
    return change?.kind === 'rename' && /[\\/](state|manifests)[\\/]/.test(`/${change.to}/`);
  });
  assert.ok(named.length >= 2 * LOADS.length, 'each load names a state log and a manifest');
  return [...picked, ...named.map((cut) => ({ cut, share: 0, lostNames: 0 }))];
}

/** The word of each PMID that a mark tells of. */
function toldBefore(changes: readonly FileChange[]): Map<string, string> {
  const told = changes.flatMap((change) => (change.kind === 'mark' ? [change.told] : []));
  const words = new Map<string, string>();
  for (const [load, files] of LOADS.entries()) {
    let done = 0;
    for (const { from, to, word } of files) {
      done += to - from;
      if (!told.includes(`${load}-${done}`)) continue;
      for (let pmid = from; pmid < to; pmid++) words.set(`${pmid}`, word);
    }
  }
  return words;
}

interface Expected {
  loads: string[][];
  told: Map<string, string>;
}

/** Opens what a cut left. Holds it to what was told, loads the same again, and reads the archive. */
async function examine(home: TestHome, { loads, told }: Expected): Promise<void> {
  await using corpus = await home.open();
  const [zebrafish, wombat] = [await find(corpus, 'zebrafish'), await find(corpus, 'wombat')];
  for (const [pmid, word] of told) {
    const isThere = wombat.has(pmid) || (word === 'zebrafish' && zebrafish.has(pmid));
    assert.ok(isThere, `PMID ${pmid} was told to be in, with ${word}`);
  }
  for (const pmid of wombat) assert.ok(!zebrafish.has(pmid), `PMID ${pmid} is there twice`);
  for (const sources of loads) await loadInto(corpus, ...sources);
  const report = await verify(corpus, home);
  assert.deepEqual([report.damaged, report.missing, report.unknown], [[], [], 0]);
  assert.deepEqual(await find(corpus, 'wombat'), toPmids('wombat'));
  assert.deepEqual(await find(corpus, 'zebrafish'), toPmids('zebrafish'));
}

function verify({ services: { archive, store } }: Corpus, home: TestHome) {
  const expected = store.listArchived({ signal });
  const isKnown = (uris: ArchiveUri[]) => store.findKnownUris(uris, { signal });
  return verifyArchive({ archive, prefix: home.config.archive.prefix, expected, isKnown }, { signal });
}

async function find(corpus: Corpus, word: string): Promise<Set<string>> {
  const pmids = await findPmids(corpus, word, { top_k: 50 });
  assert.equal(new Set(pmids).size, pmids.length);
  return new Set(pmids.toSorted());
}

function toPmids(word: string): Set<string> {
  const last = toldBefore(
    LOADS.flatMap((_, load) => [8, 16].map((n) => ({ kind: 'mark', told: `${load}-${n}` }) as const)),
  );
  return new Set(
    [...last]
      .filter(([, one]) => one === word)
      .map(([pmid]) => pmid)
      .sort(),
  );
}

/** Tables, and the objects of records: what a load leaves that was never disturbed. */
async function describeWhole(home: TestHome) {
  const objects = [...(await home.listObjects())].filter(([key]) => /[\\/](raw|history)[\\/]/.test(key));
  return { tables: await dumpContent(home), objects: objects.map(([key]) => key) };
}
