/** Up to so many characters an answer is indented, for whoever reads along. */
const MOST_INDENTED = 8_000;
/** A longer text fills the conversation of a client that reads text alone. */
const MOST_CHARACTERS = 85_000;
const MOST_IDS = 200;

interface Cut {
  shown: number;
  of: number;
  /** The ids of the others, where they have some and are not too many. */
  left_out?: string[];
}

/**
 * An answer as text: the same JSON as the structured content. Of one above 85,000 characters the longest
 * lists are cut after the last entry that fits (the first one always stands); `shortened` then comes first
 * and says by what.
 */
export function toTextTwin(answer: object): string {
  const compact = JSON.stringify(answer);
  if (compact.length <= MOST_INDENTED) return JSON.stringify(answer, null, 1);
  return compact.length <= MOST_CHARACTERS ? compact : shorten(answer, compact);
}

function shorten(answer: object, whole: string): string {
  const kept: Record<string, unknown> = { ...answer };
  const cuts: Record<string, Cut> = {};
  let tooMany = whole.length - MOST_CHARACTERS;
  for (const { name, list, lengths, length } of measureLists(answer)) {
    if (tooMany <= 0) break;
    const shown = countFitting(lengths, length - tooMany);
    if (shown === list.length) continue;
    kept[name] = list.slice(0, shown);
    cuts[name] = toCut(list, shown);
    tooMany -= lengths.slice(shown).reduce((sum, one) => sum + one, 0);
  }
  if (Object.keys(cuts).length === 0) return whole;
  return JSON.stringify({ shortened: { note: toNote(cuts), ...cuts }, ...kept });
}

/** The longest first. */
function measureLists(answer: object) {
  const lists = Object.entries(answer).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  return lists
    .map(([name, list]) => {
      const lengths = list.map((one) => JSON.stringify(one).length + 1);
      return { name, list, lengths, length: lengths.reduce((sum, one) => sum + one, 0) };
    })
    .sort((a, b) => b.length - a.length);
}

/** How many of the first entries stay within `room`, at least one. */
function countFitting(lengths: readonly number[], room: number): number {
  let taken = 0;
  const first = lengths.findIndex((length) => {
    taken += length;
    return taken > room;
  });
  return first === -1 ? lengths.length : Math.max(first, 1);
}

function toCut(list: readonly unknown[], shown: number): Cut {
  const ids = list.slice(shown).map(findId);
  const isListed = ids.length <= MOST_IDS && ids.every((id) => id !== null);
  return { shown, of: list.length, ...(isListed ? { left_out: ids } : {}) };
}

function findId(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return null;
  for (const name of ['pmid', 'job_id', 'checkpoint_id', 'name']) {
    const id: unknown = Reflect.get(entry, name);
    if (typeof id === 'string') return id;
  }
  return null;
}

function toNote(cuts: Readonly<Record<string, Cut>>): string {
  const told = Object.entries(cuts).map(([name, { shown, of }]) => `${shown} of ${of} ${name}`);
  return `This text holds ${told.join(' and ')}, because it would be too long; structuredContent holds all. To read the others as text, ask for fewer at once.`;
}
