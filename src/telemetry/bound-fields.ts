/** Of one text in a line: its beginning and its end, where a stack has its frames. */
const MOST_CHARACTERS = { start: 6_000, end: 2_000 } as const;
const MOST_PATH_CHARACTERS = 500;
/** Of a list, and of an object that is no set of fields of ours. */
const MOST_ITEMS = 100;
/** Below these levels a value is only named: an error with its causes has some four. */
const MOST_LEVELS = 8;

/**
 * `fields` with every text, list and depth cut to what a line may hold, whoever's words they are: the very
 * same object where nothing is too long, since that is almost every line.
 */
export function boundFields<Fields extends object>(fields: Fields): Fields {
  return boundObject(fields, MOST_LEVELS) as Fields; // what is cut keeps its kind
}

function bound(name: string, value: unknown, levels: number): unknown {
  if (typeof value === 'string') return name === 'path' ? cutPath(value) : cutMiddle(value);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (levels === 0) return Array.isArray(value) ? '[…]' : '{…}';
  return Array.isArray(value) ? boundList(value, levels - 1) : boundObject(value, levels - 1);
}

function boundObject(fields: object, levels: number): object {
  let bounded: Record<string, unknown> | undefined;
  let count = 0;
  for (const name in fields) {
    const value: unknown = Reflect.get(fields, name);
    count += 1;
    const shown = count > MOST_ITEMS ? undefined : bound(name, value, levels);
    if (shown === value) continue;
    bounded ??= { ...fields };
    bounded[name] = shown;
  }
  return bounded ?? fields;
}

function boundList(list: readonly unknown[], levels: number): readonly unknown[] {
  const kept = list.slice(0, MOST_ITEMS).map((value) => bound('', value, levels));
  if (list.length > MOST_ITEMS) kept.push(`… and ${list.length - MOST_ITEMS} more`);
  return kept.length === list.length && kept.every((value, at) => value === list[at]) ? list : kept;
}

function cutMiddle(text: string): string {
  const { start, end } = MOST_CHARACTERS;
  if (text.length <= start + end) return text;
  return `${text.slice(0, start).toWellFormed()} … ${text.slice(-end).toWellFormed()}`;
}

function cutPath(path: string): string {
  return path.length <= MOST_PATH_CHARACTERS ? path : path.slice(0, MOST_PATH_CHARACTERS).toWellFormed();
}
