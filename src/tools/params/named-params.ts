import type { z } from 'zod';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { findObject } from './lenient-params.ts';

export interface NamedParams {
  readonly input: z.ZodObject;
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * The parameters under the names of the schema: aliases resolved, and what belongs into an object of the
 * schema (`filters`) put there where it was given beside it. Throws `VALIDATION` for what is given twice.
 */
export function nameParams(tool: NamedParams, rawParams: unknown): Record<string, unknown> {
  const given = rawParams ?? {};
  if (!isRecord(given)) {
    throw new ValidationError('The parameters must be a JSON object, such as {"query": "glioma"}.');
  }
  const named = resolveAliases(tool.aliases, takeOut(tool, given));
  for (const [name, field] of Object.entries(tool.input.shape)) {
    const object = findObject(field);
    if (object !== null) putInside(named, name, { outer: tool.input, object });
  }
  return Object.fromEntries(named);
}

/** Filters that the tool takes beside its other parameters, and got inside an object of their own. */
export function takeOut(
  { input, aliases }: NamedParams,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const { filters, ...rest } = given;
  if (Object.hasOwn(input.shape, 'filters') || !isRecord(filters)) return given;
  const names = Object.keys(filters);
  const isKnown = (name: string) => Object.hasOwn(input.shape, name) || Object.hasOwn(aliases, name);
  const isFree = names.every((name) => isKnown(name) && !Object.hasOwn(rest, name));
  return isFree ? { ...rest, ...filters } : given;
}

function resolveAliases(
  aliases: Readonly<Record<string, string>>,
  given: Record<string, unknown>,
): Map<string, unknown> {
  const named = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const target = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
    if (named.has(target)) {
      const other = name === target ? Object.keys(given).find((one) => aliases[one] === target) : name;
      throw new ValidationError(
        `\`${other}\` stands for \`${target}\`, which is given twice: leave one of them out.`,
      );
    }
    named.set(target, value);
  }
  return named;
}

function putInside(
  named: Map<string, unknown>,
  name: string,
  { outer, object }: { outer: z.ZodObject; object: z.ZodObject },
): void {
  const astray = [...named.keys()].filter(
    (one) => Object.hasOwn(object.shape, one) && !Object.hasOwn(outer.shape, one),
  );
  if (astray.length === 0) return;
  const before = toObject(named.get(name));
  if (before === null) return; // neither an object nor absent: the schema refuses all of it
  const twice = astray.find((one) => Object.hasOwn(before, one));
  if (twice !== undefined) {
    throw new ValidationError(
      `\`${twice}\` stands for \`${name}.${twice}\`, which is given twice: leave one of them out.`,
    );
  }
  named.set(name, { ...before, ...Object.fromEntries(astray.map((one) => [one, named.get(one)])) });
  for (const one of astray) named.delete(one);
}

function toObject(value: unknown): Record<string, unknown> | null {
  if (value === undefined || value === null || value === '') return {};
  return isRecord(value) ? value : null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
