import { OwnerGoneError } from '../ownership/ask-owner.ts';
import type { WorkingOptions } from './open-working.ts';

/**
 * The same listener, and a signal for those who answer clients, which aborts before any failed statement is
 * told to them.
 */
export function tellClients(listener: WorkingOptions['onLost']): {
  onLost: WorkingOptions['onLost'];
  lost: AbortSignal;
} {
  const losing = new AbortController();
  const onLost: WorkingOptions['onLost'] = (error, how) => {
    losing.abort(new OwnerGoneError({ wasAsked: true }));
    listener(error, how);
  };
  return { onLost, lost: losing.signal };
}
