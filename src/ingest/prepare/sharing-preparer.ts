import { toRecordId } from '../publish/plan-batch.ts';
import type { PreparedRecord, Preparer } from '../records.ts';

type Sharing = Promise<PreparedRecord> | WeakRef<PreparedRecord>;

/**
 * Two runs of one process that meet the same record: what one prepares, and has not published yet, the
 * other gets as it is. After that the store tells that it is there, so nothing is held for longer than its
 * run holds it.
 */
export function createSharingPreparer(preparer: Preparer): Preparer {
  const shared = new Map<string, Sharing>();
  const dropped = new FinalizationRegistry<string>((id) => {
    const sharing = shared.get(id);
    if (sharing instanceof WeakRef && sharing.deref() === undefined) shared.delete(id);
  });

  const find = (id: string): Promise<PreparedRecord> | null => {
    const sharing = shared.get(id);
    if (sharing === undefined) return null;
    if (sharing instanceof Promise) return sharing;
    const prepared = sharing.deref();
    return prepared === undefined ? null : Promise.resolve(prepared);
  };

  const keep = (id: string, preparing: Promise<PreparedRecord>) => {
    shared.set(id, preparing);
    preparing.then(
      (prepared) => {
        shared.set(id, new WeakRef(prepared));
        dropped.register(prepared, id);
        // Whoever asks for it again wants to know whether it works now.
        if (prepared.kind === 'unreadable') shared.delete(id);
      },
      () => shared.delete(id),
    );
    return preparing;
  };

  return {
    async prepare(records) {
      const found = records.map(({ pmid, contentHash }) => find(toRecordId(pmid, contentHash)));
      const fresh = records.filter((_, at) => found[at] === null);
      const all = preparer.prepare(fresh);
      const preparing = fresh.map(({ pmid, contentHash }, at) =>
        keep(
          toRecordId(pmid, contentHash),
          all.then((prepared) => get(prepared, at)),
        ),
      );
      let next = 0;
      return Promise.all(found.map((one) => one ?? get(preparing, next++)));
    },
    rest: () => preparer.rest(),
    [Symbol.asyncDispose]: () => preparer[Symbol.asyncDispose](),
  };
}

function get<T>(items: readonly T[], at: number): T {
  const item = items[at];
  if (item === undefined) throw new Error('the preparer answered fewer records than it was given');
  return item;
}
