import { setFlagsFromString } from 'node:v8';

/**
 * For a process that answers many requests. Once V8 has seen most objects of a place in the code live on, as
 * while the process starts, it makes all later ones there among the old objects, for good. Each keeps what it
 * names from the young collector until the next full one, often its whole request, which is copied again and
 * again: a fifth of the time of a short call (`bench/http.ts`).
 */
export function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
