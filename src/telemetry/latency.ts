/** As a line tells it: milliseconds to a tenth. */
export function toLatency(ms: number): number {
  return Math.round(ms * 10) / 10;
}
