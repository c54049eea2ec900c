import { cutInside } from './cut-inside.ts';

/** A longer answer fills the conversation of whoever asked. Characters of JSON, `not_shown` among them. */
export const MOST_CHARACTERS = 85_000;

/** What a long answer lacks. */
export interface NotShown {
  note: string;
  /** PMIDs, or the ids of jobs and checkpoints. */
  ids?: readonly string[];
  /** The call that brings them, with the tool as the client's list names it. */
  call?: string;
}

/** How the records that do not fit are asked for. */
export interface Rest {
  /** The list of the answer that holds the records. */
  list: string;
  /** What brings those that are left out, which stand behind the first `shown`. */
  toCall(left: readonly unknown[], shown: number): string;
}

export function isTooLong(answer: object): boolean {
  return JSON.stringify(answer).length > MOST_CHARACTERS;
}

/**
 * The answer, or as many of its records as fit, whole and at least one; `not_shown` then comes first, names
 * the others and has the call that brings them. Where that is not enough, long lists and texts inside are
 * cut, and named too.
 */
export function fitAnswer(answer: object, rest: Rest | null): object {
  if (!isTooLong(answer)) return answer;
  const kept = rest === null ? answer : leaveOut({ ...answer }, rest);
  return isTooLong(kept) ? cutInside(kept, MOST_CHARACTERS) : kept;
}

function leaveOut(answer: Record<string, unknown>, rest: Rest): object {
  const records: unknown = answer[rest.list];
  if (!Array.isArray(records)) return answer;
  // As if all were left out: no `not_shown` is longer.
  const without = { not_shown: toNotShown(records, 0, rest), ...answer, [rest.list]: [] };
  const shown = countFitting(records, MOST_CHARACTERS - JSON.stringify(without).length);
  if (shown >= records.length) return answer;
  return { not_shown: toNotShown(records, shown, rest), ...answer, [rest.list]: records.slice(0, shown) };
}

function toNotShown(records: readonly unknown[], shown: number, { list, toCall }: Rest): NotShown {
  const left = records.slice(shown);
  return {
    note: `${left.length} of ${records.length} ${list} are left out, for length; \`call\` brings them.`,
    ids: listIds(left),
    call: toCall(left, shown),
  };
}

/** How many of the first records stay within `room`, at least one. */
function countFitting(records: readonly unknown[], room: number): number {
  let taken = 0;
  const first = records.findIndex((one) => {
    taken += JSON.stringify(one).length + 1;
    return taken > room;
  });
  return first === -1 ? records.length : Math.max(first, 1);
}

/** Of the entries that have one. */
export function listIds(entries: readonly unknown[]): string[] {
  return entries.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return [];
    for (const name of ['pmid', 'doc_id', 'job_id', 'checkpoint_id']) {
      const id: unknown = Reflect.get(entry, name);
      if (typeof id === 'string') return [id];
    }
    return [];
  });
}
