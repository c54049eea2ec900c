import type { CallOptions } from '../../domain/call-options.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { codeOf } from '../../errors/code-of.ts';
import { toPostgresRemedy } from './server/postgres-refusals.ts';
import { PostgresSilentError } from './server/postgres-silent-error.ts';

/**
 * Every method of the store fails with `DB_UNAVAILABLE` where the database failed, so that a caller can tell
 * it from a fault of ours. What is a `BioMcpError` or the caller's own abort goes through as it is.
 */
export function reportDatabaseErrors<Store extends object>(store: Store): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      // What fails inside the publish lock is the caller's own work; the lock reports its own failures.
      if (typeof member !== 'function' || name === 'withPublishLock' || typeof name === 'symbol')
        return member;
      return (...args: unknown[]) => {
        const { signal } = (args.at(-1) ?? {}) as Partial<CallOptions>; // where the method takes them
        const result: unknown = member.apply(target, args);
        const rethrow = (error: unknown) => {
          throw signal?.aborted === true && error === signal.reason ? error : toDatabaseError(error);
        };
        if (result instanceof Promise) return result.catch(rethrow);
        return isAsyncIterable(result) ? reportWhileReading(result, rethrow) : result;
      };
    },
  });
}

async function* reportWhileReading(
  items: AsyncIterable<unknown>,
  rethrow: (error: unknown) => never,
): AsyncIterable<unknown> {
  try {
    yield* items;
  } catch (error) {
    rethrow(error);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * SQLSTATE 57014 is "query canceled", which only the statement timeout does to us; 25P03 a transaction that
 * said nothing for too long.
 */
const TIMED_OUT = new Set(['57014', '25P03']);
/** What pg-pool says of a connection that did not come about, or did not become free, in time. */
const NO_CONNECTION = /timeout exceeded when trying to connect|connection timeout|query read timeout/i;
/** As `pg` words it of a connection; of one that did not become free pg-pool tells otherwise. */
const NO_WAY = /connection timeout/i;
const FIREWALL =
  'No connection to the database came about in time: see whether PostgreSQL is what listens at the host and port of BIO_MCP_DATABASE_URL, and whether a firewall or security group lets this machine reach it.';

/**
 * `DB_UNAVAILABLE` or `DB_TIMEOUT` with a sentence that says what to do; what is a `BioMcpError` or an abort
 * stays what it is.
 */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof BioMcpError || (error instanceof Error && error.name === 'AbortError')) return error;
  const message = `the database failed: ${messageOf(error)}`;
  if (isTimeout(error)) {
    const hint = NO_WAY.test(messageOf(error)) ? FIREWALL : null;
    return new BioMcpError('DB_TIMEOUT', hint, { message, cause: error });
  }
  return new BioMcpError('DB_UNAVAILABLE', toPostgresRemedy(error), { message, cause: error });
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof PostgresSilentError ||
    TIMED_OUT.has(codeOf(error)) ||
    NO_CONNECTION.test(messageOf(error))
  );
}

/** A connection that is refused on several addresses is an `AggregateError` with an empty message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
