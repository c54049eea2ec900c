import { codeOf } from '../../../errors/code-of.ts';
import { type PostgresAddress, toPostgresAddress } from './postgres-address.ts';

export interface RenewalNeeds {
  /** Shared by all connections, and changed in place: the next one logs in by it. */
  address: PostgresAddress;
  /** Reads the URL once more, where it lies elsewhere than in the environment. */
  readUrl: (() => Promise<string>) | undefined;
}

/**
 * Reads the address again where `error` is a refusal of the login; resolves to whether it is another then.
 */
export type RenewAddress = (error: unknown) => Promise<boolean>;

/**
 * A wrong password, or another refusal of the login:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSED = new Set(['28P01', '28000']);

export function createRenewal({ address, readUrl }: RenewalNeeds): RenewAddress {
  let reading: Promise<void> | null = null;

  async function readAgain(read: () => Promise<string>): Promise<void> {
    Object.assign(address, await toPostgresAddress(await read()));
  }

  return async (error) => {
    if (!REFUSED.has(codeOf(error)) || readUrl === undefined) return false;
    const used = address.connectionString;
    reading ??= readAgain(readUrl).finally(() => {
      reading = null;
    });
    // Where it cannot be read now, the refusal is what is told.
    await reading.catch(() => undefined);
    return address.connectionString !== used;
  };
}
