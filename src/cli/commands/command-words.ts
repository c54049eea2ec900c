import type { Catalogue } from '../../tools/catalogue.ts';
import type { Tool } from '../../tools/define-tool.ts';
import type { SayAsCommand } from '../call-tool.ts';
import { toWords } from './tool-commands.ts';
import { listFields, type ToolField } from './tool-fields.ts';
import { listBare, toArgument, toOption } from './tool-options.ts';

/**
 * Turns a tool's sentence into the words of the command line: a call becomes its command (`pubmed.get
 * {"pmids": ["7"]}` is `bio-mcp pubmed get 7`), and a parameter of the called tool the flag that its
 * caller wrote (`filters.date_from` is `--from`). Not for texts of records.
 */
export function createCommandWords(catalogue: Catalogue<never>): SayAsCommand {
  const tools = new Map(catalogue.list().map((tool) => [tool.name, tool]));
  // The longest first: pubmed.sync.incremental holds pubmed.sync. A name without a dot may be any word.
  const dotted = [...tools.keys()].filter((name) => name.includes('.')).sort((a, b) => b.length - a.length);
  const calls = new RegExp(
    String.raw`(?<![\w./])(${toChoice(dotted)})(?!\w)(?: (\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}))?`,
    'g',
  );
  return (text, called) => {
    const params = toParamWords(called);
    const said =
      dotted.length === 0
        ? text
        : text.replaceAll(calls, (whole, name: string, given?: string) => {
            const tool = tools.get(name);
            return tool === undefined ? whole : toLine(tool, given);
          });
    return params(said);
  };
}

/** The line that makes a call; what cannot be read of its parameters stands as the help has it. */
function toLine(tool: Tool<never>, given: string | undefined): string {
  const { command } = tool;
  const words = ['bio-mcp', toWords(tool), ...(command.chosenBy === undefined ? [] : [command.chosenBy])];
  if (given === undefined) return words.join(' ');
  const fields = listFields(tool);
  const bare = listBare(fields, command);
  const params = readObject(given);
  if (params === null) return [...words, ...bare.map((field) => toBareName(field, tool))].join(' ');
  for (const field of bare) words.push(...toValues(find(params, field.path)));
  for (const field of fields.filter((one) => !bare.includes(one))) {
    const values = toValues(find(params, field.path));
    if (values.length > 0) words.push(toFlag(field, tool), ...values);
  }
  return words.join(' ');
}

function readObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // an example with "…" in it
  }
}

function find(params: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, name) =>
      typeof inside === 'object' && inside !== null ? (inside as Record<string, unknown>)[name] : undefined,
    params,
  );
}

function toValues(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((one) => {
    const word = String(one);
    return /^[\w:.@/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
  });
}

/** A sentence with each parameter as the command has it; a plain word is one only between backticks. */
function toParamWords(tool: Tool<never>): (text: string) => string {
  const fields = listFields(tool);
  const bare = listBare(fields, tool.command);
  const words = new Map<string, string>();
  for (const field of fields) {
    // A switch that turns something off says the opposite of its parameter.
    if (field.form === 'switch' && field.isOn) continue;
    const own = field.path.join('.');
    // What stands without a flag has its parameter's name in the help.
    const shown = bare.includes(field) ? own : toFlag(field, tool);
    for (const name of [own, field.path.at(-1) ?? '']) words.set(name, shown);
  }
  if (words.size === 0) return (text) => text;
  const names = [...words.keys()].sort((a, b) => b.length - a.length);
  const unmistakable = names.filter((name) => /[._]/.test(name));
  const bareWord =
    unmistakable.length === 0 ? '' : String.raw`|(?<![\w.<\`-])(${toChoice(unmistakable)})(?![\w\`])`;
  const any = new RegExp(`${String.raw`\`(${toChoice(names)})(?:\[(\d+)\])?\``}${bareWord}`, 'g');
  return (text) =>
    text.replaceAll(any, (whole, quoted?: string, at?: string, plain?: string) => {
      const shown = words.get(quoted ?? plain ?? '') ?? whole;
      if (quoted === undefined) return shown;
      return at === undefined ? `\`${shown}\`` : `\`${shown}\` (number ${Number(at) + 1})`;
    });
}

function toFlag(field: ToolField, { command }: Tool<never>): string {
  const { long, short } = toOption(field, command);
  return long ?? short ?? field.path.join('.');
}

function toBareName(field: ToolField, { command }: Tool<never>): string {
  const name = toArgument(field, command).name();
  return field.isList ? `<${name}...>` : `<${name}>`;
}

function toChoice(names: readonly string[]): string {
  return names.map((name) => name.replaceAll('.', String.raw`\.`)).join('|');
}
