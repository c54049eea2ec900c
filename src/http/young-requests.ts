import { setFlagsFromString } from 'node:v8';

/**
 * For a process that answers many requests.
 *
 * Once V8 has seen most objects of a place in the code live on, as while the process starts, it makes all
 * later ones there among the old objects, for good. Each keeps what it names from the young collector until
 * the next full one, often its whole request, which is copied again and again: a fifth of the time of a short
 * call (`bench/http.ts`).
 *
 * The young heap doubles once as much has outlived it as it holds, which of requests nearly nothing does. It
 * stays as large as the start left it, or small again where all was collected while nothing was asked: at 4
 * MB in place of 64 a short call costs an eighth more (`bench/seen.ts`). Let it grow at once to what V8
 * allows on this machine.
 *
 * V8 looks through all objects each time the old ones have grown by a third or so; a search makes 2.3 MB of
 * garbage, so that one in twenty waits 14 ms for that. Let them double before (`bench/search-large.ts`).
 */
export function tuneHeapForRequests(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString('--semi-space-growth-factor=64');
  setFlagsFromString('--heap-growing-percent=100');
}
