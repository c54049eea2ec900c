import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { describeIssues, toSentence } from '../../errors/describe-issues.ts';
import type { Tool } from '../define-tool.ts';
import { refuseLongLists } from '../long-lists.ts';
import { dropBlankParams } from './blank-params.ts';
import { findObject, readLeniently } from './lenient-params.ts';
import { findMeantParam } from './meant-param.ts';
import { nameParams } from './named-params.ts';
import { findUnstorableText } from './unstorable-text.ts';

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
  // The cast holds because an object is read as an object.
  const given = readLeniently(tool.input, nameParams(tool, rawParams)) as Record<string, unknown>;
  refuseLongLists(given);
  const parsed = tool.input.safeParse(dropBlankParams(tool.input, given), { reportInput: true });
  if (parsed.success) {
    const unstorable = findUnstorableText(parsed.data);
    if (unstorable !== null) throw new ValidationError(toSentence(unstorable));
    return parsed.data;
  }
  const { shape } = tool.input;
  const knownNames = [...Object.keys(shape), ...Object.keys(tool.aliases)];
  throw new ValidationError(
    describeIssues(parsed.error.issues, {
      noun: 'parameter',
      knownNames,
      namesInside: (name) => {
        const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
        return Object.keys((field && findObject(field))?.shape ?? {});
      },
      findNearest: findMeantParam,
    }),
  );
}
