import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../../../src/embedding/static-vectors.ts';
import { createMulberry32 } from '../../../src/evaluation/mulberry32.ts';
import { shareDatabase, testDatabases } from '../../support/postgres/databases.ts';
import { type SeededRandom, toSeededRandom } from '../../support/seeded-random.ts';
import type { TestBucket } from '../../support/services/s3-buckets.ts';
import { requireAgreement, requireFrozen, requireModel } from './check-agreement.ts';
import {
  type HistoryHome,
  type HistoryProcess,
  type HistorySettings,
  settle,
  startProcess,
} from './history-corpus.ts';
import { type HistoryFile, HistoryModel, makeFile, toXml } from './history-model.ts';
import { KillSwitch } from './kill-switch.ts';

const { signal } = new AbortController();
/** `make soak` asks for more; a seed repeats what it printed. */
export const HISTORIES = Number(process.env.HISTORIES ?? 25);
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31));
const STEPS = 5;
/** A load of one batch passes some thirty points. */
const MOST_POINTS = 45;
const MOST_KILLS = 3;
const [pglite] = testDatabases;
const emptyDatabase = shareDatabase(pglite ?? assert.fail('no database'));
const vectors = loadStaticVectors({ signal });

/** What a history needs of S3. */
export interface HistoryBuckets {
  make(): Promise<TestBucket>;
  setVersioning(bucket: TestBucket, status: 'Enabled' | 'Suspended'): Promise<void>;
}

/** `buckets: null`: the archive is files. */
export function describeHistories(
  name: string,
  { count, buckets, skip }: { count: number; buckets: HistoryBuckets | null; skip: string | false },
): void {
  describe(`${name}, HISTORIES=${HISTORIES} SEED=${SEED}`, { skip }, () => {
    for (let seed = SEED; seed < SEED + count; seed++) {
      test(`of SEED=${seed} leave archive, tables and index as the model says`, async () => {
        await using history = await beginHistory(toSeededRandom(createMulberry32(seed)), buckets);
        try {
          await history.live();
        } catch (error) {
          const steps = history.told.join('\n');
          throw new Error(`repeat by make soak HISTORIES=1 SEED=${seed}\n${steps}`, { cause: error });
        }
      });
    }
  });
}

async function beginHistory(random: SeededRandom, buckets: HistoryBuckets | null) {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-history-'));
  opening.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const bucket = buckets === null ? null : opening.use(await buckets.make());
  const embedder = createStaticEmbedder({ vectors: await vectors });
  const database = await emptyDatabase();
  const home: HistoryHome = { database, folder, bucket, embedder, kill: new KillSwitch() };
  const history = new History(home, random, buckets);
  const stack = opening.move();
  return Object.assign(history, { [Symbol.asyncDispose]: () => stack.disposeAsync() });
}

type Work = (process: HistoryProcess) => Promise<void>;

class History {
  /** What happened, for whoever has to find out why. */
  readonly told: string[] = [];
  readonly #home: HistoryHome;
  readonly #random: SeededRandom;
  readonly #model = new HistoryModel();
  readonly #files: { file: HistoryFile; name: string; path: string }[] = [];
  readonly #checkpoints = new Map<string, ReturnType<HistoryModel['findLive']>>();
  #settings: HistorySettings = { compression: 'zstd', fsync: false, canFlush: true };

  readonly #buckets: HistoryBuckets | null;

  constructor(home: HistoryHome, random: SeededRandom, buckets: HistoryBuckets | null) {
    this.#home = home;
    this.#random = random;
    this.#buckets = buckets;
  }

  async live(): Promise<void> {
    await this.#loadNew();
    for (let step = 1; step < STEPS; step++) await this.#step();
  }

  async #step(): Promise<void> {
    const dice = this.#random.below(10);
    if (dice === 0) return this.#reindex();
    if (dice === 1) return this.#loseDatabase();
    if (dice === 2) return this.#freeze();
    const old = this.#files[this.#random.below(this.#files.length)];
    return dice === 3 && old !== undefined ? this.#load(old) : this.#loadNew();
  }

  async #loadNew(): Promise<void> {
    const file = makeFile(this.#random);
    const name = `${this.#files.length}.xml`;
    const path = join(this.#home.folder, name);
    await writeFile(path, toXml(file, name));
    this.#files.push({ file, name, path });
    await this.#load({ file, name, path });
  }

  async #load({ file, name, path }: { file: HistoryFile; name: string; path: string }): Promise<void> {
    this.#model.load(file, name);
    await this.#complete(`load ${name} ${JSON.stringify(file)}`, (process) => process.load(path));
  }

  async #reindex(): Promise<void> {
    await this.#complete('reindex', (process) => process.reindex());
  }

  /** Everything that the tables told is in the archive too. */
  async #loseDatabase(): Promise<void> {
    await this.#complete('reindex into an empty database', (process) => process.reindex(), {
      isLost: true,
    });
  }

  async #freeze(): Promise<void> {
    await this.#complete('checkpoint', async (process) => {
      const id = await process.createCheckpoint();
      this.#checkpoints.set(id, this.#model.findLive());
    });
  }

  /** Until it is done, whatever kills it and whatever the next process finds other settings. */
  async #complete(what: string, work: Work, { isLost } = { isLost: false }): Promise<void> {
    for (let kills = 0; ; kills++) {
      await this.#changeSettings();
      if (isLost) await emptyDatabase();
      const points =
        this.#random.chance(0.6) && kills < MOST_KILLS ? 1 + this.#random.below(MOST_POINTS) : null;
      if (await this.#attempt(what, work, { isLost, points })) break;
      if (!isLost && this.#random.chance(0.5)) await this.#check('after the kill', { isDone: false });
    }
    await this.#changeSettings();
    await this.#check(`after ${what}`, { isDone: true });
  }

  /** Resolves to whether it came to its end. */
  async #attempt(
    what: string,
    work: Work,
    { isLost, points }: { isLost: boolean; points: number | null },
  ): Promise<boolean> {
    const { kill } = this.#home;
    if (points !== null) kill.arm(points);
    try {
      await using process = await startProcess(this.#home, this.#settings, { isLost });
      if (!isLost) await settle(process);
      await work(process);
      this.told.push(`${this.#describe()}: ${what}`);
      return true;
    } catch (error) {
      if (kill.killedAt === null) throw error;
      this.told.push(`${this.#describe()}: ${what}, killed ${kill.killedAt}`);
      return false;
    } finally {
      kill.disarm();
    }
  }

  async #check(when: string, { isDone }: { isDone: boolean }): Promise<void> {
    const { database } = this.#home;
    await using process = await startProcess(this.#home, this.#settings, { isLost: false });
    this.told.push(`${this.#describe()}: check ${when.slice(0, 40)}`);
    await settle(process);
    await requireAgreement(process, database);
    if (!isDone) return;
    await requireModel(process, database, this.#model);
    await requireFrozen(process, this.#checkpoints);
  }

  async #changeSettings(): Promise<void> {
    if (this.#random.chance(0.5)) {
      const compression = this.#random.pick(['zstd', 'gzip'] as const);
      const canFlush = this.#random.pick([true, true, false, null] as const);
      this.#settings = { compression, fsync: this.#random.chance(0.3), canFlush };
    }
    const { bucket } = this.#home;
    if (bucket === null || this.#random.chance(0.7)) return;
    const versioning = this.#random.pick(['Enabled', 'Suspended'] as const);
    await this.#buckets?.setVersioning(bucket, versioning);
    this.told.push(`versioning: ${versioning}`);
  }

  #describe(): string {
    const { compression, fsync, canFlush } = this.#settings;
    return `${compression}${fsync ? ' fsync' : ''} flush ${canFlush}${this.#home.bucket === null ? '' : ' s3'}`;
  }
}
