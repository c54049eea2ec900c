import type { Archive } from '../../../src/archive/archive.ts';
import { createSharingPreparer } from '../../../src/ingest/prepare/sharing-preparer.ts';
import type { Preparer } from '../../../src/ingest/records.ts';
import type { SearchIndex } from '../../../src/search/search-index.ts';

/** What the run cost beside asking NCBI; state logs and manifests are no records. */
export interface Costs {
  recordPuts: number;
  embedded: number;
  indexWrites: number;
}

export function startCosts(): Costs {
  return { recordPuts: 0, embedded: 0, indexWrites: 0 };
}

/** The very adapters, each counted into `costs` on the way. */
export function countCosts(
  { archive, index, preparer }: { archive: Archive; index: SearchIndex; preparer: Preparer },
  costs: Costs,
): { archive: Archive; index: SearchIndex; preparer: Preparer } {
  return {
    archive: countPuts(archive, costs),
    index: countWrites(index, costs),
    preparer: createSharingPreparer(countPrepared(preparer, costs)),
  };
}

function countPrepared(preparer: Preparer, costs: Costs): Preparer {
  return intercept(preparer, 'prepare', (records) => {
    costs.embedded += records.length;
  });
}

function countPuts(archive: Archive, costs: Costs): Archive {
  return intercept(archive, 'put', (puts) => {
    costs.recordPuts += puts.filter(
      ({ key }) => key.includes('/raw/') || key.includes('/unidentified/'),
    ).length;
  });
}

function countWrites(index: SearchIndex, costs: Costs): SearchIndex {
  return intercept(index, 'write', () => {
    costs.indexWrites += 1;
  });
}

/** The very adapter, with `see` told of the first argument of one method. */
function intercept<Port extends object, Name extends keyof Port>(
  port: Port,
  name: Name,
  see: Port[Name] extends (first: infer First, ...rest: never[]) => unknown ? (first: First) => void : never,
): Port {
  return new Proxy(port, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (property === name) (see as (first: unknown) => void)(args[0]); // the port's own argument
        return member.apply(target, args);
      };
    },
  });
}
