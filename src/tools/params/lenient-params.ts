import { z } from 'zod';

/** Writes a value as a schema takes it; what it does not know stays, for the schema to refuse. */
type Reading = (value: unknown) => unknown;

const readings = z.registry<{ read: Reading }>();
const NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/;

/** The same schema, whose values are read by `read` before it sees them: "PMID: 7" where it takes "7". */
export function readBy<Schema extends z.ZodType>(schema: Schema, read: Reading): Schema {
  const own = schema.clone();
  readings.add(own, { read });
  return own;
}

/** Whether the schema itself, and not one inside it, has a reading of its own. */
export function hasReading(schema: z.core.$ZodType): boolean {
  return readings.get(schema) !== undefined;
}

/**
 * What a caller wrote in the form that the schema takes, where it can mean one thing only: one value for a
 * list, numbers and `true` as text, a list or an object as JSON text, a choice in other letters or signs, and
 * what a reading of the schema's own knows. All else stays as it is. Reading twice changes nothing.
 */
export function readLeniently(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  const read = readings.get(schema)?.read;
  const given = read === undefined ? value : read(takesLists(schema) ? value : toOnly(value));
  const inner = findInner(schema);
  return inner === null ? readForm(schema, given) : readLeniently(inner, given);
}

/** What a schema is made of that is not itself the form of a value. */
export function findInner(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return schema.unwrap();
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.unwrap();
  return schema instanceof z.ZodPipe ? schema.in : null;
}

/** The object that a schema takes in the end; `null` where it takes something else. */
export function findObject(schema: z.core.$ZodType): z.ZodObject | null {
  const inner = findInner(schema);
  if (inner !== null) return findObject(inner);
  return schema instanceof z.ZodObject ? schema : null;
}

function readForm(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodArray) return readList(schema, readJson(value, '['));
  if (schema instanceof z.ZodObject) return readObject(schema, toOnly(readJson(value, '{')));
  if (takesLists(schema)) return value;
  const only = toOnly(value);
  return typeof only === 'string' ? readText(schema, only) : only;
}

function readText(schema: z.core.$ZodType, value: string): unknown {
  if (schema instanceof z.ZodString) return value;
  const text = value.trim();
  if (schema instanceof z.ZodNumber) return NUMBER.test(text) ? Number(text) : value;
  if (schema instanceof z.ZodBoolean) return readBoolean(text.toLowerCase()) ?? value;
  if (schema instanceof z.ZodEnum) return findChoice(schema, text) ?? value;
  return value;
}

/** Whether a list may be meant as one; else a list of one stands for what is in it. */
function takesLists(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodUnion) return schema.options.some(takesLists);
  return schema instanceof z.ZodArray;
}

function toOnly(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function readList({ element }: z.ZodArray, value: unknown): unknown {
  const isBlank = typeof value === 'string' && value.trim() === '';
  if (isBlank || (typeof value === 'object' && !Array.isArray(value))) return value;
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => readLeniently(element, item));
}

function readObject({ shape }: z.ZodObject, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value).map(([name, field]) => {
    const own = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return [name, own === undefined ? field : readLeniently(own, field)];
  });
  return Object.fromEntries(fields);
}

/** Some clients write lists and objects as text. */
function readJson(value: unknown, opening: '[' | '{'): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith(opening)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function readBoolean(text: string): boolean | null {
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  return ['false', 'no', 'off', '0'].includes(text) ? false : null;
}

/** "BibTeX", "CSL JSON" and "cited-by" are `bibtex`, `csl-json` and `cited_by`. */
function findChoice({ options }: z.ZodEnum, text: string): unknown {
  const wanted = toKey(text);
  return options.find((option) => toKey(String(option)) === wanted) ?? null;
}

function toKey(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
