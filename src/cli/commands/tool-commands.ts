import type { Command, Option } from 'commander';
import type { Tool } from '../../tools/define-tool.ts';
import type { CommandInputs } from './command-inputs.ts';
import { detach, json } from './command-options.ts';
import { listFields, type ToolField } from './tool-fields.ts';
import { listBare, toArgument, toArgumentValue, toOption, toOptionValue } from './tool-options.ts';

/** What the help says of words that several commands begin with; the commands follow. */
const GROUPS: Readonly<Record<string, string>> = {
  pubmed: 'live PubMed',
  checkpoint: 'the corpus as it was',
  jobs: 'the jobs of long tools',
};

/**
 * A command for every tool of the catalogue: its arguments, options and help follow from the tool's schema.
 * Where `asked` begins the words of some of them, the others get a name and what they are about, as any help
 * of theirs needs: their schemas are not looked at, which takes a millisecond for each.
 */
export function addToolCommands(program: Command, inputs: CommandInputs, { asked = '' } = {}): void {
  const byWords = Map.groupBy(inputs.catalogue.list(), (tool) => toWords(tool));
  const isKnown = [...byWords.keys()].some((words) => words.split(' ')[0] === asked);
  const groups = new Map<string, string[]>();
  for (const words of byWords.keys()) {
    const [group = '', ...rest] = words.split(' ');
    if (rest.length > 0) groups.set(group, [...(groups.get(group) ?? []), rest.join(' ')]);
  }
  for (const [words, tools] of byWords) {
    const path = words.split(' ');
    const last = path.pop() ?? '';
    let parent = program;
    for (const word of path) parent = findGroup(parent, word, parent === program ? groups.get(word) : []);
    const command = parent.command(last).description(toAbout(findBase(words, tools)));
    if (!isKnown || words.split(' ')[0] === asked) addToolCommand(command, tools, inputs);
  }
}

/** The words of a tool's command, after `bio-mcp`. */
export function toWords({ name, command }: Pick<Tool<never>, 'name' | 'command'>): string {
  return command.words ?? name.replaceAll('.', ' ');
}

function findGroup(parent: Command, name: string, members: readonly string[] = []): Command {
  const found = parent.commands.find((one) => one.name() === name);
  if (found !== undefined) return found;
  const about = GROUPS[name] === undefined ? '' : `${GROUPS[name]}: `;
  return parent.command(name).description(`${about}${members.join(', ')}`);
}

/** One command; of several tools, a flag chooses any but the first. */
function addToolCommand(command: Command, tools: readonly Tool[], inputs: CommandInputs): void {
  const base = findBase(command.name(), tools);
  const others = tools.filter((tool) => tool !== base).map((tool) => addChoice(command, tool));
  const fields = listFieldsOf([base, ...tools.filter((tool) => tool !== base)]);
  const bare = listBare(fields, base.command);
  for (const field of bare) command.addArgument(toArgument(field, base.command));
  const flags = Object.assign({}, ...tools.map((tool) => tool.command.flags ?? {}));
  const options = fields
    .filter((field) => !bare.includes(field))
    .map((field) => ({ field, option: toOption(field, { flags }) }));
  for (const { option } of options) command.addOption(option);
  command.addOption(json());
  const isDetachable = base.kind === 'long' && base.command.opensToRebuild !== true;
  if (isDetachable) command.addOption(detach());
  command.action(async () => {
    const given = command.opts<Record<string, unknown>>();
    const params: Record<string, unknown> = {};
    for (const [at, field] of bare.entries()) {
      set(params, field, toArgumentValue(field, command.processedArgs[at]));
    }
    for (const { field, option } of options) {
      set(params, field, toOptionValue(field, option, given[option.attributeName()]));
    }
    const chosen = others.find(({ option }) => given[option.attributeName()] === true)?.tool ?? base;
    await call(chosen, params, { json: given.json === true, detach: given.detach === true }, inputs);
  });
}

function findBase(words: string, tools: readonly Tool[]): Tool {
  const base = tools.find((tool) => tool.command.chosenBy === undefined);
  if (base === undefined) throw new TypeError(`no tool has the command ${words} without a flag`);
  return base;
}

function addChoice(command: Command, tool: Tool): { tool: Tool; option: Option } {
  const option = command.createOption(tool.command.chosenBy ?? '', toAbout(tool));
  command.addOption(option);
  return { tool, option };
}

function toAbout({ command, title }: Tool): string {
  return command.about ?? title;
}

/** Those of all, each once. */
function listFieldsOf(tools: readonly Tool[]): ToolField[] {
  const byName = new Map<string, ToolField>();
  for (const field of tools.flatMap((tool) => listFields(tool))) {
    const name = field.path.join('.');
    if (!byName.has(name)) byName.set(name, field);
  }
  return [...byName.values()];
}

/** Only what was given: the tool's own defaults hold for the rest. */
function set(params: Record<string, unknown>, { path }: ToolField, value: unknown): void {
  if (value === undefined) return;
  let inside = params;
  for (const name of path.slice(0, -1)) {
    inside[name] ??= {};
    inside = inside[name] as Record<string, unknown>; // made right before, or by a field beside this one
  }
  inside[path.at(-1) ?? ''] = value;
}

async function call(
  { name, command }: Tool,
  params: Record<string, unknown>,
  options: { json: boolean; detach: boolean },
  { callTool, openToReindex, signal }: CommandInputs,
): Promise<void> {
  if (command.opensToRebuild !== true) return callTool(name, params, options);
  await using corpus = openToReindex();
  await corpus.session.openHere({ signal });
  await corpus.callTool(name, params, options);
}
