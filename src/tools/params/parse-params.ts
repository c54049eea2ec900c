import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { describeIssues, REPORTING, toSentence } from '../../errors/describe-issues.ts';
import type { Tool } from '../define-tool.ts';
import { findObject } from './lenient-params.ts';
import { findMeantParam } from './meant-param.ts';
import { arePlain } from './plain-params.ts';
import { readParams } from './read-params.ts';
import { findUnstorableText } from './unstorable-text.ts';
import { findWrittenNames, withWrittenNames } from './written-names.ts';

/**
 * The parameters as the tool takes them, whatever surface they came by: aliases resolved, blank ones that
 * need not be there left out, spellings read (`readLeniently`), defaults filled. Throws `VALIDATION` with one
 * sentence that names each field and what is wrong with it; parameters the tool does not know are refused by
 * name, with the nearest and all that there are.
 */
export function parseParams(
  tool: Pick<Tool<never>, 'input' | 'aliases'>,
  rawParams: unknown,
): Record<string, unknown> {
  const given = arePlain(tool.input, rawParams) ? rawParams : readParams(tool, rawParams);
  const parsed = tool.input.safeParse(given, REPORTING);
  if (parsed.success) {
    const unstorable = findUnstorableText(parsed.data);
    if (unstorable !== null) {
      throw withWrittenNames(tool, rawParams, new ValidationError(toSentence(unstorable)));
    }
    return parsed.data;
  }
  const { shape } = tool.input;
  const written = findWrittenNames(tool, rawParams);
  const knownNames = [...Object.keys(shape), ...Object.keys(tool.aliases)];
  throw new ValidationError(
    describeIssues(parsed.error.issues, {
      noun: 'parameter',
      knownNames,
      toShown: (name) => written.get(name) ?? name,
      namesInside: (name) => {
        const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
        return Object.keys((field && findObject(field))?.shape ?? {});
      },
      findNearest: findMeantParam,
    }),
  );
}
