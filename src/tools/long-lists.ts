import { ValidationError } from '../errors/bio-mcp-error.ts';

/** As many as the longest list that any tool takes. */
const MOST_LIST_ITEMS = 10_000;

/**
 * Throws `VALIDATION` for a list that no tool takes, before a schema looks at its items: each that is
 * wrong would be told with some hundred bytes, so that a body of 1 MiB would take hundreds. Goes one
 * object down (`filters`).
 */
export function refuseLongLists(params: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) check(name, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [inner, list] of Object.entries(value))
        if (Array.isArray(list)) check(`${name}.${inner}`, list);
    }
  }
}

function check(name: string, { length }: readonly unknown[]): void {
  if (length <= MOST_LIST_ITEMS) return;
  throw new ValidationError(`\`${name.slice(0, 100)}\` must have at most ${MOST_LIST_ITEMS} items.`);
}
