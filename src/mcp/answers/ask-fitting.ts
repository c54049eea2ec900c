import type { Tool } from '../../tools/define-tool.ts';
import { nameParams } from '../../tools/params/named-params.ts';
import { parseParams } from '../../tools/params/parse-params.ts';
import type { ToolNames } from '../tool-names.ts';
import { cutInside } from './cut-inside.ts';
import { fitAnswer, isTooLong, listIds, MOST_CHARACTERS, type NotShown, type Rest } from './fit-answer.ts';
import { toCall } from './tell-answer.ts';

type Params = Readonly<Record<string, unknown>>;

interface AskNeeds {
  ask(params: Params): Promise<unknown>;
  names: ToolNames;
}

/** Room for `not_shown`, and for records that are longer than those before them. */
const SHARE = 0.8;
/** Of a page; whoever goes on by its cursor meets them anyhow. */
const MOST_IDS_OF_PAGE = 200;

/**
 * The answer of a short tool for a conversation: with what the tool spares it, unless the caller asks for
 * that, and never too long. A list that pages is asked again for fewer.
 */
export async function askFitting(tool: Tool<never>, given: Params, needs: AskNeeds): Promise<object> {
  const params = { ...given, ...findSpared(tool, given) };
  const answer = (await needs.ask(params)) as object; // every tool answers an object
  if (!isTooLong(answer)) return answer;
  const written = toWritten(tool, given);
  if ('next_cursor' in answer) return askForFewer(tool, { params, written, answer }, needs);
  return fitAnswer(answer, toRest(tool, written, needs.names));
}

/** Parameters that the caller left out, or empty, and that keep the answer short. */
function findSpared({ spared }: Tool<never>, given: Params): Params {
  const left = Object.entries(spared).filter(([name]) => {
    const value = given[name];
    return value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length);
  });
  return Object.fromEntries(left);
}

/** What the caller wrote, under the names and in the forms of the schema, without defaults. */
export function toWritten(tool: Tool<never>, given: Params): Params {
  const parsed = parseParams(tool, given);
  const written = Object.keys(nameParams(tool, given)).filter((name) => parsed[name] !== undefined);
  return Object.fromEntries(written.map((name) => [name, parsed[name]]));
}

function toRest({ name, rest }: Tool<never>, written: Params, names: ToolNames): Rest | null {
  if (rest === undefined) return null;
  const { list, tool = name, toParams } = rest;
  return {
    list,
    toCall: (left, shown) => toCall(names, tool, toParams(written, listIds(left), shown)),
  };
}

async function askForFewer(
  tool: Tool<never>,
  { params, written, answer: whole }: { params: Params; written: Params; answer: object },
  { ask, names }: AskNeeds,
): Promise<object> {
  let answer = whole;
  let count = listEntries(answer).length;
  while (isTooLong(answer) && count > 1) {
    const fitting = Math.floor((count * MOST_CHARACTERS * SHARE) / JSON.stringify(answer).length);
    count = Math.max(1, Math.min(fitting, count - 1));
    answer = (await ask({ ...params, limit: count })) as object;
  }
  const { next_cursor: cursor } = answer as { next_cursor: string | null };
  const shown = new Set(listIds(listEntries(answer)));
  const left = listIds(listEntries(whole)).filter((id) => !shown.has(id));
  if (cursor === null || left.length === 0) return fitAnswer(answer, null);
  const not_shown: NotShown = {
    note: `${left.length} of ${left.length + shown.size} are left out, for length; \`call\` brings them.`,
    ...(left.length <= MOST_IDS_OF_PAGE ? { ids: left } : {}),
    call: toCall(names, tool.name, { ...written, cursor }),
  };
  const told = { not_shown, ...answer };
  return isTooLong(told) ? cutInside(told, MOST_CHARACTERS) : told;
}

function listEntries(answer: object): unknown[] {
  return Object.values(answer).flatMap((value): unknown[] => (Array.isArray(value) ? value : []));
}
