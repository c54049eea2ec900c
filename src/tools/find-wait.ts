import type { Tool } from './define-tool.ts';

/**
 * The same call without its wait, where a call does nothing but wait for a job: it holds up nobody, and costs
 * nobody anything to end early. `null` for every other call.
 */
export function findWait(
  { waitParam }: Pick<Tool<never>, 'waitParam'>,
  params: unknown,
): Record<string, unknown> | null {
  if (waitParam === undefined || typeof params !== 'object' || params === null) return null;
  const { [waitParam]: seconds, ...rest } = params as Record<string, unknown>; // an object's own fields
  return typeof seconds === 'number' && seconds > 0 ? rest : null;
}
