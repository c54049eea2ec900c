import type { Tool } from '../../tools/define-tool.ts';
import type { TellOptions } from '../../tools/tell-options.ts';
import type { ToolNames } from '../tool-names.ts';
import type { NotShown } from './fit-answer.ts';

/** No text is longer, whatever a tool says. */
const MOST_CHARACTERS = 90_000;
const CUT = '\n… The rest stands in the structured content.';

/**
 * The answer of a short tool to read and to quote from: what was left out of it, the tool's own words, and
 * the call that goes on from here. `written` is what the caller wrote, without defaults.
 */
export function tellAnswer(
  tool: Tool<never>,
  answer: { not_shown?: NotShown },
  { names, written }: { names: ToolNames; written: Readonly<Record<string, unknown>> },
): string {
  const { not_shown: left, ...whole } = answer;
  const next = left?.call === undefined ? tool.next(whole, written) : null;
  const pieces = [
    ...(left === undefined ? [] : [tellNotShown(left)]),
    tool.tell(whole, toTellOptions(names)),
    ...(next === null ? [] : [`Next: ${toCall(names, tool.name, { ...written, ...next })}`]),
  ];
  return cutText(pieces.join('\n\n'));
}

export function toTellOptions(names: ToolNames): TellOptions {
  return { toListed: names.toListed, toCall: (tool, params) => toCall(names, tool, params) };
}

/** As a model writes it: the tool as the list names it, and its arguments. */
export function toCall(names: ToolNames, tool: string, params: object): string {
  return `${names.toListed(tool)} ${JSON.stringify(params)}`;
}

function tellNotShown({ note, call }: NotShown): string {
  return `Note: ${call === undefined ? note : note.replace('`call` brings', `${call} brings`)}`;
}

function cutText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS - CUT.length).toWellFormed()}${CUT}`;
}
