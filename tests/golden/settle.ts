import { toNcbiDay } from '../../src/domain/calendar/ncbi-day.ts';
import { FIXTURES } from './story.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
/** Of a run's manifest. */
const STAMP = /\d{8}T\d{9}Z/g;
/** Measured times, and what is signed or made at random. */
const CHANGING = new Set(['duration_ms', 'uptime_s', 'latency_ms', 'version', 'trace_id', 'next_cursor']);
/** Of a quality's parts: recency falls with the years, and the total with it. */
const AGED = new Set(['total', 'value', 'score', 'quality']);
const DIGITS = 6;
/** At NCBI, which is behind UTC. */
const FIRST_DAY = toNcbiDay(new Date());

/**
 * An answer with everything that differs from run to run, machine to machine or year to year put under a
 * fixed name: two surfaces gave the same answer where the settled forms are equal.
 */
export function settle(answer: unknown, dataDir: string, name = '', inQuality = false): unknown {
  if (CHANGING.has(name) && answer !== null) return `<${name}>`;
  if (Array.isArray(answer)) return answer.map((entry) => settle(entry, dataDir, name, inQuality));
  if (typeof answer === 'string') return settleText(answer, dataDir);
  if (typeof answer === 'number') {
    return inQuality && AGED.has(name) ? '<depends on the year>' : Number(answer.toPrecision(DIGITS));
  }
  if (typeof answer !== 'object' || answer === null) return answer;
  const isQuality = inQuality || name === 'quality';
  const members = Object.entries(answer).map(([key, member]) => [
    key,
    settle(member, dataDir, key, isQuality),
  ]);
  return Object.fromEntries(members);
}

function settleText(text: string, dataDir: string): string {
  return text
    .replaceAll(dataDir, '<data folder>')
    .replaceAll(FIXTURES, '<fixtures>')
    .replaceAll(INSTANT, '<instant>')
    .replaceAll(STAMP, '<stamp>')
    .replaceAll(UUID, '<id>')
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, (day) => (isToday(day) ? '<today>' : day))
    .replaceAll(/(Published in \d{4}), [^.]*\./g, '$1, <n> years ago.');
}

/** Where it is at NCBI or by UTC; the day may end during the test. */
function isToday(day: string): boolean {
  return FIRST_DAY <= day && day <= new Date().toISOString().slice(0, 10);
}
