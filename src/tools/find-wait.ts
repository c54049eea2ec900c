import { jobsGet } from './jobs-get.ts';

/**
 * The same call without its wait, where a call does nothing but wait for a job: it holds up nobody, and costs nobody
 * anything to end early. `null` for every other call.
 */
export function findWait(tool: string, params: unknown): Record<string, unknown> | null {
  if (tool !== jobsGet.name || typeof params !== 'object' || params === null) return null;
  const { wait_seconds: seconds, ...rest } = params as Record<string, unknown>; // an object's own fields
  return typeof seconds === 'number' && seconds > 0 ? rest : null;
}
