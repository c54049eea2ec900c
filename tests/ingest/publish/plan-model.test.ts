import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ArchiveKey, COMPRESSIONS } from '../../../src/domain/corpus/archive-key.ts';
import type { BatchLimits } from '../../../src/ingest/to-batches.ts';
import { pmid } from '../../store/sample-batches.ts';
import { CorpusModel, type ModelFile, toItems } from './corpus-model.ts';
import { type Content, toDocumentHash } from './plan-samples.ts';

const PMIDS = [1, 2, 3];
const LIMITS: BatchLimits = { maxRecords: 2, maxBytes: 1_000_000 };

const readable = fc.record({
  pmid: fc.constantFrom(...PMIDS),
  version: fc.constantFrom(1, 2),
  document: fc.constantFrom('a', 'b'),
  layout: fc.constantFrom('tight', 'loose'),
  readable: fc.constant(true),
});
const unreadable = fc.record({
  pmid: fc.constantFrom(...PMIDS, null),
  version: fc.constantFrom(1, 2),
  document: fc.constantFrom('u', 'v'),
  layout: fc.constant('tight'),
  readable: fc.constant(false),
});
const deletion = fc.record({
  deleted: fc.array(fc.constantFrom(...PMIDS), { minLength: 1, maxLength: 2 }),
});
const file: fc.Arbitrary<ModelFile> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: readable },
    { weight: 2, arbitrary: unreadable },
    { weight: 2, arbitrary: deletion },
  ),
  { minLength: 1, maxLength: 6 },
);
const files = fc.array(file, { minLength: 1, maxLength: 4 });
/**
 * Loads a file, or only its first batches; before that, a setting changes and the bytes of an
 * object are lost.
 */
const loads = fc.array(
  fc.record({
    compression: fc.constantFrom(...COMPRESSIONS),
    which: fc.nat(3),
    stopAfter: fc.option(fc.nat(2), { nil: undefined }),
    lose: fc.option(fc.nat(20), { nil: null, freq: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('any sequence of loads', () => {
  test('counts revisions from 1, has one live at most, and leads to every payload', async () => {
    await fc.assert(
      fc.asyncProperty(files, loads, async (all, sequence) => {
        const model = new CorpusModel();
        for (const { which, stopAfter, lose, compression } of sequence) {
          model.keys = { ...model.keys, compression };
          if (lose !== null) loseObject(model, lose);
          await loadAndCheck(model, all[which % all.length] ?? [], stopAfter);
          requireSound(model);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is not changed by loading again what was loaded, whole or in part', async () => {
    await fc.assert(
      fc.asyncProperty(files, loads, async (all, sequence) => {
        const model = new CorpusModel();
        for (const { which, stopAfter } of sequence) {
          await model.load(all[which % all.length] ?? [], toOptions(stopAfter));
        }
        const before = dump(model);
        for (const one of all) {
          const loaded = await countLoadedBatches(model, one);
          const replayed = await model.load(one, { limits: LIMITS, stopAfter: loaded });
          for (const { plan } of replayed) {
            assert.deepEqual(
              plan.steps.map(({ kind }) => kind),
              plan.steps.map(() => 'skip'),
            );
            assert.deepEqual([plan.deleted, plan.superseded], [[], []]);
          }
        }
        assert.deepEqual(dump(model), before);
      }),
      { numRuns: 500 },
    );
  });

  test('ends the same wherever its batches are cut', async () => {
    await fc.assert(
      fc.asyncProperty(files, loads, async (all, sequence) => {
        const [one, many] = [new CorpusModel(), new CorpusModel()];
        for (const { which } of sequence) {
          const file = all[which % all.length] ?? [];
          await one.load(file, { limits: { ...LIMITS, maxRecords: 1 } });
          await many.load(file, { limits: { ...LIMITS, maxRecords: 100 } });
        }
        assert.deepEqual(dump(one), dump(many));
      }),
      { numRuns: 300 },
    );
  });

  test('makes true what a new file says last of each PMID', async () => {
    await fc.assert(
      fc.asyncProperty(files, file, async (earlier, last) => {
        fc.pre(!earlier.some((one) => JSON.stringify(one) === JSON.stringify(last)));
        const model = new CorpusModel();
        for (const one of earlier) await model.load(one, { limits: LIMITS });
        const versions = new Map([...model.pointers].map(([one, { version }]) => [one, version]));
        await model.load(last, { limits: LIMITS });
        for (const number of PMIDS) {
          const said = findLastWord(last, number);
          if (said === null) continue;
          const live = model.findLive(pmid(number));
          if ('deleted' in said) assert.equal(live, undefined);
          else if (said.version >= (versions.get(pmid(number)) ?? 0)) {
            assert.equal(live?.documentHash, toDocumentHash(said.document));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('brings back every lost byte when all files come again', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), async (all, lost) => {
        const model = new CorpusModel();
        for (const one of all) await model.load(one, { limits: LIMITS });
        const { revisions } = dump(model);
        for (const at of lost) loseObject(model, at);
        for (const one of all) await model.load(one, { limits: LIMITS });
        for (const [id, key] of model.addresses) assert.equal(id.split(':')[1], model.objects.get(key));
        assert.deepEqual(dump(model).revisions, revisions);
      }),
      { numRuns: 300 },
    );
  });
});

async function loadAndCheck(model: CorpusModel, one: ModelFile, stopAfter: number | undefined) {
  const live = new Set(PMIDS.map(pmid).filter((number) => model.findLive(number)));
  for (const { batch, plan } of await model.load(one, toOptions(stopAfter))) {
    assert.equal(plan.steps.length, batch.records.length);
    assert.equal(new Set(plan.superseded).size, plan.superseded.length);
    for (const ended of plan.superseded) assert.ok(live.delete(ended), `${ended} was not live`);
    for (const { pmid: one } of plan.deleted) assert.ok(plan.superseded.includes(one));
    for (const step of plan.steps) {
      if (step.kind === 'archive' && step.revision !== null && step.record.pmid !== null) {
        live.add(step.record.pmid);
      }
    }
  }
  assert.deepEqual(new Set(PMIDS.map(pmid).filter((number) => model.findLive(number))), live);
}

function requireSound(model: CorpusModel): void {
  for (const number of PMIDS.map(pmid)) {
    const own = model.revisions.filter((one) => one.pmid === number);
    assert.deepEqual(
      own.map(({ revision }) => revision),
      own.map((_, at) => at + 1),
    );
    assert.ok(own.filter(({ live }) => live).length <= 1);
    assert.ok(
      own.slice(0, -1).every((one) => !one.live),
      'only the latest is live',
    );
  }
  for (const [id, key] of model.addresses) {
    const there = model.objects.get(key);
    assert.ok(there === null || there === id.split(':')[1], `${id} leads to ${there}`);
  }
  const current = [...model.objects.keys()].flatMap((key) =>
    key.includes('/raw/') ? [key.split('/').at(-1)] : [],
  );
  const numbers = current.map((name) => name?.split('.')[0]);
  assert.equal(new Set(numbers).size, numbers.length, `one current object a PMID: ${current}`);
  for (const [number, { contentHash }] of model.pointers) {
    assert.ok(model.addresses.get(`${number}:${contentHash}`)?.includes('/raw/'));
  }
}

/**
 * What the file says last of a PMID: its last readable record of the highest version, or that it is deleted.
 */
function findLastWord(one: ModelFile, number: number): Content | { deleted: readonly number[] } | null {
  const items = toItems(one);
  const said = one.findLast((item, at) => {
    if ('deleted' in item) return item.deleted.includes(number);
    const found = items[at];
    return item.pmid === number && item.readable && found?.kind === 'record' && !found.record.outranked;
  });
  return said ?? null;
}

/** How many batches, from the first on, hold only items that were loaded before. */
async function countLoadedBatches(model: CorpusModel, one: ModelFile): Promise<number> {
  const probe = new CorpusModel();
  const batches = (await probe.load(one, { limits: LIMITS })).map(({ batch }) => batch);
  const fileHash = batches[0]?.file?.fileHash;
  const done = fileHash === undefined ? 0 : (model.files.get(fileHash) ?? 0);
  return batches.filter(({ itemsDone }) => itemsDone <= done).length;
}

function loseObject(model: CorpusModel, at: number): void {
  const used: ArchiveKey[] = [...new Set(model.addresses.values())];
  const key = used[at % Math.max(used.length, 1)];
  if (key !== undefined) model.objects.set(key, null);
}

function toOptions(stopAfter: number | undefined) {
  return { limits: LIMITS, ...(stopAfter === undefined ? {} : { stopAfter }) };
}

function dump({ pointers, revisions, addresses, files }: CorpusModel) {
  return {
    pointers: [...pointers].sort(),
    revisions: revisions.toSorted((a, b) => Number(a.pmid) - Number(b.pmid) || a.revision - b.revision),
    addresses: [...addresses].sort(),
    files: [...files].sort(),
  };
}
