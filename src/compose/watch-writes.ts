import type { Archive } from '../archive/archive.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Counts failed writes of an archive that nobody else has yet; one that its caller gave up did not fail. */
export function countFailedPuts(opened: Archive, metrics: Metrics | undefined): Archive {
  if (metrics === undefined) return opened;
  const put = opened.put.bind(opened);
  return Object.assign(opened, {
    put: ((puts, options) =>
      put(puts, options).catch(counting(() => metrics.countArchivePutFailure(), options))) as Archive['put'],
  });
}

/** The same of an index. */
export function countFailedWrites<Index extends SearchIndex>(
  opened: Index,
  metrics: Metrics | undefined,
): Index {
  if (metrics === undefined) return opened;
  const write = opened.write.bind(opened);
  return Object.assign(opened, {
    write: ((batch, options) =>
      write(batch, options).catch(
        counting(() => metrics.countIndexWriteFailure(), options),
      )) as SearchIndex['write'],
  });
}

function counting(count: () => void, { signal }: CallOptions): (error: unknown) => never {
  return (error) => {
    if (!signal.aborted) count();
    throw error;
  };
}
