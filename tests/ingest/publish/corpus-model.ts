import type { ReplacedObject } from '../../../src/archive/archive.ts';
import type { ArchiveKey, ArchiveUri } from '../../../src/domain/corpus/archive-key.ts';
import { type Pmid, type Sha256, toSha256 } from '../../../src/domain/ids.ts';
import {
  type BatchPlan,
  isKnown,
  type KnownRecords,
  planBatch,
  toRecordId,
} from '../../../src/ingest/publish/plan-batch.ts';
import type { IncomingBatch } from '../../../src/ingest/records.ts';
import { type BatchLimits, type IncomingItem, toBatches } from '../../../src/ingest/to-batches.ts';
import type { Pointer } from '../../../src/store/port/record-lookups.ts';
import { pmid, sha256, uri } from '../../store/sample-batches.ts';
import { type Content, keys, prepare, toRecord } from './plan-samples.ts';

export interface ModelRevision {
  pmid: Pmid;
  revision: number;
  documentHash: Sha256;
  live: boolean;
}

/** A bulk file: records, and the PMIDs of its deletions. */
export type ModelFile = readonly (Content | { deleted: readonly number[] })[];

/** The corpus as plans make it, in memory: carries a plan out to the letter and decides nothing itself. */
export class CorpusModel {
  readonly pointers = new Map<Pmid, Pointer>();
  readonly revisions: ModelRevision[] = [];
  /** Where each payload lies, by `pmid:hash`. */
  readonly addresses = new Map<string, ArchiveKey>();
  /** The payload that lies there; `null`: its bytes are damaged. */
  readonly objects = new Map<ArchiveKey, Sha256 | null>();
  /** As the settings are today. */
  keys = keys;
  /** How many of its items are done. */
  readonly files = new Map<Sha256, number>();

  /** Publishes what the file holds, or only its first `stopAfter` batches; resolves to the plans. */
  async load(
    file: ModelFile,
    { limits, stopAfter = Number.POSITIVE_INFINITY }: { limits: BatchLimits; stopAfter?: number },
  ): Promise<{ batch: IncomingBatch; plan: BatchPlan }[]> {
    const fileHash = sha256(JSON.stringify(file));
    const source = { fileHash, name: 'model.xml', md5: '', itemsDone: this.files.get(fileHash) ?? 0 };
    const published: { batch: IncomingBatch; plan: BatchPlan }[] = [];
    for await (const batch of toBatches(from(toItems(file)), { file: source, limits })) {
      if (published.length >= stopAfter) break;
      const plan = this.plan(batch);
      this.apply(batch, plan);
      published.push({ batch, plan });
    }
    return published;
  }

  plan(batch: IncomingBatch): BatchPlan {
    const known = this.#listKnown();
    // As the pipeline does it: what is known and whole is not prepared.
    const fresh = batch.records.filter(
      (record) =>
        !isKnown(record, batch, known) || known.damaged.has(toRecordId(record.pmid, record.contentHash)),
    );
    const prepared = new Map(fresh.map((record) => [record, prepare(record)]));
    return planBatch(batch, prepared, known, this.keys);
  }

  apply({ file, itemsDone }: IncomingBatch, { steps, deleted }: BatchPlan): void {
    const archived = steps.filter((step) => step.kind === 'archive');
    for (const { record, key, replaces } of archived) {
      if (replaces !== null) this.#keep(replaces);
      this.objects.set(key, record.contentHash);
      const left = replaces === null ? key : toKey(replaces.uri);
      if (left !== key && left !== replaces?.keep?.as) this.objects.delete(left);
    }
    // The store writes where payloads moved to before it writes where new ones lie.
    for (const { record, replaces } of archived) {
      const keep = replaces?.keep;
      if (keep) this.addresses.set(toRecordId(record.pmid, keep.contentHash), keep.as);
    }
    for (const { record, key, current, revision, prepared } of archived) {
      const { pmid, contentHash, version } = record;
      this.addresses.set(toRecordId(pmid, contentHash), key);
      if (pmid === null) continue;
      if (current)
        this.pointers.set(pmid, { pmid, uri: uri(key), contentHash, version, latest: null, fileRank: null });
      if (revision === null || prepared.kind !== 'citation') continue;
      this.#end(pmid);
      this.revisions.push({ pmid, revision, documentHash: prepared.documentHash, live: true });
    }
    for (const { pmid } of deleted) this.#end(pmid);
    if (file !== null) {
      this.files.set(file.fileHash, Math.max(this.files.get(file.fileHash) ?? 0, itemsDone));
    }
  }

  findLive(one: Pmid): ModelRevision | undefined {
    return this.revisions.find(({ pmid, live }) => live && pmid === one);
  }

  /** As the archive does it: what is damaged takes the place of nothing. */
  #keep({ uri, keep }: ReplacedObject): void {
    const lying = this.objects.get(toKey(uri));
    if (keep === null || lying === undefined) return;
    if (lying === keep.contentHash || (lying === null && !this.objects.has(keep.as))) {
      this.objects.set(keep.as, lying);
    }
  }

  #end(one: Pmid): void {
    for (const revision of this.revisions) if (revision.pmid === one) revision.live = false;
  }

  #listKnown(): KnownRecords {
    const pointers = [...this.pointers].map(([pmid, pointer]): [Pmid, Pointer] => {
      const latest = this.revisions.findLast((one) => one.pmid === pmid) ?? null;
      return [pmid, { ...pointer, latest }];
    });
    const all = [...this.addresses];
    return {
      pointers: new Map(pointers),
      // The model's files have no place in the order.
      withdrawals: new Map(),
      archived: new Set(all.flatMap(([id]) => (id.startsWith('null:') ? [] : [id]))),
      uris: new Map(all.map(([id, key]) => [id, uri(key)])),
      quarantined: new Set(all.flatMap(([id]) => (id.startsWith('null:') ? [toSha256(id.slice(5))] : []))),
      damaged: new Set(all.flatMap(([id, key]) => (this.objects.get(key) === null ? [id] : []))),
    };
  }
}

function toKey(address: ArchiveUri): ArchiveKey {
  return address.slice(uri('').length) as ArchiveKey;
}

/** Each item with its place, and each record with whether the file holds a higher version. */
export function toItems(file: ModelFile): IncomingItem[] {
  const highest = new Map<number, number>();
  for (const item of file) {
    if ('deleted' in item || item.pmid === null) continue;
    highest.set(item.pmid, Math.max(highest.get(item.pmid) ?? 0, item.version));
  }
  return file.map((item, ordinal): IncomingItem => {
    if ('deleted' in item)
      return { kind: 'deletion', deletion: { ordinal, pmids: item.deleted.map((one) => pmid(one)) } };
    const outranked = item.pmid !== null && item.version < (highest.get(item.pmid) ?? 0);
    return { kind: 'record', record: toRecord(item, { ordinal, outranked }) };
  });
}

async function* from<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}
