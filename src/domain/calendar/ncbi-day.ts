/** A calendar day of NCBI's, YYYY-MM-DD. */
export type NcbiDay = string;

/** Both days belong to it. */
export interface DayWindow {
  from: NcbiDay;
  to: NcbiDay;
}

const DAY_MS = 86_400_000;
let bethesda: Intl.DateTimeFormat | undefined;

/**
 * NLM stands in Bethesda, and dates its records by the clock there. Made when it is asked for: making one
 * takes 60 to 120 ms, which a start must not wait for.
 */
function openCalendar(): Intl.DateTimeFormat {
  bethesda ??= new Intl.DateTimeFormat('en-CA', {
    timeZone: 'America/New_York',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return bethesda;
}

/** The day that it is at NCBI: in Europe and Asia often the day before. */
export function toNcbiDay(instant: Date): NcbiDay {
  return openCalendar().format(instant);
}

export function addDays(day: NcbiDay, days: number): NcbiDay {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

export function earlier(one: NcbiDay, other: NcbiDay): NcbiDay {
  return one < other ? one : other;
}

/** Both days count. */
export function countDays(from: NcbiDay, to: NcbiDay): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

/** Two halves without overlap or gap; `null` for a single day. */
export function splitWindow({ from, to }: DayWindow): [DayWindow, DayWindow] | null {
  const days = countDays(from, to);
  if (days < 2) return null;
  const middle = addDays(from, Math.floor(days / 2) - 1);
  return [
    { from, to: middle },
    { from: addDays(middle, 1), to },
  ];
}
