import type { Tool } from '../define-tool.ts';
import { refuseLongLists } from '../long-lists.ts';
import { dropBlankParams } from './blank-params.ts';
import { readLeniently } from './lenient-params.ts';
import { nameParams } from './named-params.ts';
import { withWrittenNames } from './written-names.ts';

/** What a caller wrote as the tool's schema has it, for the schema to check. */
export function readParams(
  tool: Pick<Tool<never>, 'input' | 'aliases'>,
  rawParams: unknown,
): Record<string, unknown> {
  // The cast holds because an object is read as an object.
  const given = readLeniently(tool.input, nameParams(tool, rawParams)) as Record<string, unknown>;
  try {
    refuseLongLists(given);
  } catch (error) {
    throw withWrittenNames(tool, rawParams, error);
  }
  return dropBlankParams(tool.input, given);
}
