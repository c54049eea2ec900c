import { Argument, InvalidArgumentError, Option } from 'commander';
import type { ToolCommand } from '../../tools/tool-command.ts';
import { toNumber } from './command-options.ts';
import type { ToolField } from './tool-fields.ts';

/** The fields that stand without a flag, in order. */
export function listBare(fields: readonly ToolField[], { bare }: ToolCommand): ToolField[] {
  if (bare !== undefined) {
    return bare.map((name) => {
      const field = fields.find(({ path }) => path.join('.') === name);
      if (field === undefined) throw new TypeError(`no parameter is called ${name}`);
      return field;
    });
  }
  const required = fields.filter(({ isRequired, form }) => isRequired && form !== 'json');
  // Only the last one may take all that follows; a list before it has a flag.
  return required.filter(({ isList }, at) => !isList || at === required.length - 1);
}

export function toArgument(field: ToolField, { text }: ToolCommand): Argument {
  const name = field.path.join('.');
  const many = field.isList || text === name ? '...' : '';
  const argument = new Argument(field.isRequired ? `<${name}${many}>` : `[${name}${many}]`, field.about);
  if (field.choices !== null) argument.choices([...field.choices]);
  if (field.form === 'number') argument.argParser(field.isList ? toNumbers : toNumber);
  return argument;
}

/** What an argument's value is among the parameters: the words of a text have spaces between them. */
export function toArgumentValue(field: ToolField, given: unknown): unknown {
  return Array.isArray(given) && !field.isList ? given.join(' ') : given;
}

export function toOption(field: ToolField, { flags = {} }: ToolCommand): Option {
  const { path, form, isList, choices, isRequired, about } = field;
  const name = path.join('.');
  const own = path.at(-1) ?? '';
  if (form === 'switch') return new Option(flags[name] ?? toSwitch(own, field.isOn), about);
  const value = form === 'number' ? 'number' : form === 'json' ? 'json' : own;
  const option = new Option(`${flags[name] ?? toFlag(own)} <${value}${isList ? '...' : ''}>`, about);
  if (choices !== null) option.choices([...choices]);
  else if (form === 'number') option.argParser(isList ? toNumbers : toNumber);
  else if (form === 'json') option.argParser(toJson);
  return isRequired ? option.makeOptionMandatory() : option;
}

/** The value that a given option stands for; `undefined` where it was not given. */
export function toOptionValue(field: ToolField, option: Option, given: unknown): unknown {
  if (field.form !== 'switch') return given;
  return given === !option.negate ? !field.isOn : undefined;
}

function toFlag(name: string): string {
  return `--${name.replaceAll('_', '-')}`;
}

function toSwitch(name: string, isOn: boolean): string {
  return isOn ? `--no-${name.replaceAll('_', '-')}` : toFlag(name);
}

function toNumbers(text: string, before: unknown): number[] {
  return [...(Array.isArray(before) ? before : []), toNumber(text)];
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(
      `It is no JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
