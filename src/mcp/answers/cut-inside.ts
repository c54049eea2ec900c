/** Tried one after the other: how many entries a list keeps, and how many characters a text. */
const BOUNDS = [
  { entries: 2_000, characters: 40_000 },
  { entries: 1_000, characters: 20_000 },
  { entries: 500, characters: 20_000 },
  { entries: 250, characters: 10_000 },
  { entries: 100, characters: 10_000 },
  { entries: 50, characters: 5_000 },
  { entries: 20, characters: 2_000 },
  { entries: 5, characters: 1_000 },
  { entries: 1, characters: 500 },
] as const;
type Bound = (typeof BOUNDS)[number];

const WHOLE = 'Over HTTP (POST /v1/mcp/invoke) and on the command line the answer is whole.';
/** Of the places that are named. */
const MOST_PLACES = 20;

/** The answer with long lists and texts in it cut until it fits; `not_shown.note` tells which. */
export function cutInside(answer: object, mostCharacters: number): object {
  let cut = answer;
  for (const bound of BOUNDS) {
    cut = cutTo(answer, bound);
    if (JSON.stringify(cut).length <= mostCharacters) break;
  }
  return cut;
}

function cutTo(answer: object, bound: Bound): object {
  const { not_shown: before, ...whole } = answer as { not_shown?: { note: string } };
  const places: string[] = [];
  const cut = cutValue(whole, { bound, path: '', places }) as object; // of an object
  const more = places.length > MOST_PLACES ? ` and ${places.length - MOST_PLACES} more` : '';
  const told = `Cut, for length: ${places.slice(0, MOST_PLACES).join(', ')}${more}. ${WHOLE}`;
  const note = before === undefined ? told : `${before.note} ${told}`;
  return { not_shown: { ...before, note }, ...cut };
}

function cutValue(
  value: unknown,
  { bound, path, places }: { bound: Bound; path: string; places: string[] },
): unknown {
  const { entries, characters } = bound;
  if (typeof value === 'string' && value.length > characters) {
    places.push(`${path} (${characters} of ${value.length} characters)`);
    return `${value.slice(0, characters).toWellFormed()}…`;
  }
  if (Array.isArray(value)) {
    if (value.length > entries) places.push(`${path} (${entries} of ${value.length})`);
    return value.slice(0, entries).map((one, at) => cutValue(one, { bound, path: `${path}[${at}]`, places }));
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [
    name,
    cutValue(field, { bound, path: path === '' ? name : `${path}.${name}`, places }),
  ]);
  return Object.fromEntries(fields);
}
