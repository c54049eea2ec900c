import { z } from 'zod';
import type { Tool } from '../../tools/define-tool.ts';

/** A parameter as the command line can take it; one inside another is a field of its own. */
export interface ToolField {
  /** `['filters', 'mesh']` */
  path: readonly string[];
  form: 'text' | 'number' | 'switch' | 'json';
  isList: boolean;
  isRequired: boolean;
  /** The only values that it takes. */
  choices: readonly string[] | null;
  /** What a switch stands for where it is not given. */
  isOn: boolean;
  /** One line for the help: what it is, its range and its default. */
  about: string;
}

/** A parameter in the JSON Schema that zod writes. */
export interface Property {
  type?: string;
  enum?: readonly unknown[];
  anyOf?: readonly Property[];
  items?: Property;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
  properties?: Record<string, Property>;
}

/** The parameters of a tool in the order of its schema. */
export function listFields({ input }: Tool<never>): ToolField[] {
  const schema = z.toJSONSchema(input, { io: 'input' }) as Property; // as zod writes an object
  // Some that the JSON Schema does not call required cannot be left out: they are made of what was given.
  const required = Object.keys(input.shape).filter(
    (name) => !input.shape[name]?.safeParse(undefined).success,
  );
  return listInside(schema, [], required);
}

function listInside(
  { properties = {} }: Property,
  path: readonly string[],
  required: readonly string[] = [],
): ToolField[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const own = [...path, name];
    if (property.properties !== undefined) return listInside(property, own);
    return [toField(property, own, required.includes(name))];
  });
}

function toField(property: Property, path: readonly string[], isRequired: boolean): ToolField {
  const list = property.items ?? property.anyOf?.find(({ items }) => items !== undefined)?.items;
  const one = list ?? property;
  const form = toForm(one);
  return {
    path,
    form,
    isList: list !== undefined && form !== 'json',
    isRequired,
    choices: one.enum === undefined ? null : one.enum.map(String),
    isOn: property.default === true,
    about: toAbout(property, path),
  };
}

function toForm({ type, anyOf, enum: values }: Property): ToolField['form'] {
  if (values !== undefined || type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'boolean') return 'switch';
  return anyOf?.some((one) => toForm(one) === 'text') ? 'text' : 'json';
}

function toAbout(property: Property, path: readonly string[]): string {
  const { type, description, minimum, maximum, default: standard } = property;
  if (type === 'boolean' && standard === true) {
    return [`Sets ${path.join('.')} to false.`, description].filter((piece) => piece !== undefined).join(' ');
  }
  const isRange = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const isTold = standard !== undefined && standard !== false && typeof standard !== 'object';
  const facts = [
    ...(isRange ? [`${minimum} … ${maximum}`] : []),
    ...(isTold ? [`default: ${String(standard)}`] : []),
  ];
  if (description === undefined) return facts.length === 0 ? `Sets ${path.join('.')}.` : facts.join(', ');
  return facts.length === 0 ? description : `${description} (${facts.join(', ')})`;
}
