import type { CallOptions } from '../domain/call-options.ts';
import type { SearchIndex } from './search-index.ts';

/** Where no other writer waits for its turn meanwhile. */
export async function optimizeWhole(
  index: Pick<SearchIndex, 'optimize' | 'makeMissing'>,
  options: CallOptions,
): Promise<void> {
  await index.optimize(options);
  while (await index.makeMissing(options));
}
