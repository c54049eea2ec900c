import type { Tool } from './define-tool.ts';
import { readLeniently } from './params/lenient-params.ts';

/**
 * The same call without its wait, where a call does nothing but wait for a job: it holds up nobody, and costs
 * nobody anything to end early. `null` for every other call.
 */
export function findWait(
  { waitParam, input }: Pick<Tool<never>, 'waitParam' | 'input'>,
  params: unknown,
): Record<string, unknown> | null {
  if (waitParam === undefined || typeof params !== 'object' || params === null) return null;
  const { [waitParam]: written, ...rest } = params as Record<string, unknown>; // an object's own fields
  const field = input.shape[waitParam];
  const seconds = field === undefined ? written : readLeniently(field, written);
  return typeof seconds === 'number' && seconds > 0 ? rest : null;
}
