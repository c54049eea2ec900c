import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { CorpusStore } from './corpus-store.ts';

/**
 * Every method of the store fails with `DB_UNAVAILABLE` where the database failed, so that a caller can tell it from
 * a fault of ours. What is a `BioMcpError` or an abort already goes through as it is.
 */
export function reportDatabaseErrors(store: CorpusStore): CorpusStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || name === 'withPublishLock' || typeof name === 'symbol')
        return member;
      return (...args: unknown[]) => {
        const result: unknown = member.apply(target, args);
        return result instanceof Promise ? result.catch(rethrow) : result;
      };
    },
  });
}

function rethrow(error: unknown): never {
  if (error instanceof BioMcpError || (error instanceof Error && error.name === 'AbortError')) throw error;
  const message = error instanceof Error ? error.message : String(error);
  throw new BioMcpError('DB_UNAVAILABLE', 'The database did not answer; try again later.', {
    message: `the database failed: ${message}`,
    cause: error,
  });
}
