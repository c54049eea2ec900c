import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';
import { askForFolder } from './ask-owner.ts';
import { type ClaimOptions, claimFolder, toInUse } from './folder-lock.ts';

/** A guest puts its jobs back and closes its stores first; several guests may follow one another. */
const MOST_WAIT_MS = 60_000;
const BETWEEN_CLAIMS_MS = 20;

export interface TakeOptions extends CallOptions {
  /** How long guests have, all together. Default 60 s. */
  mostWaitMs?: number;
}

/**
 * Makes this process the folder's owner for as long as it lives: a guest that has it is asked to hand it
 * over. Throws one sentence that names the owner where that is a service, or a guest that cannot stop now, or
 * does not in time.
 */
export async function takeFolder(
  claim: Omit<ClaimOptions, 'role'>,
  { signal, mostWaitMs = MOST_WAIT_MS }: TakeOptions,
): Promise<AsyncDisposable> {
  const patience = AbortSignal.timeout(mostWaitMs);
  for (;;) {
    const claimed = await claimFolder({ ...claim, role: 'service' });
    if (claimed.kind === 'owned') return claimed.lock;
    const { owner } = claimed;
    if (owner.role === 'service' || patience.aborted) throw toInUse(owner);
    await askForFolder(owner, { signal: AbortSignal.any([signal, patience]) }).catch((error: unknown) => {
      throw error === patience.reason ? toInUse(owner) : error;
    });
    await delay(BETWEEN_CLAIMS_MS, undefined, { signal });
  }
}
