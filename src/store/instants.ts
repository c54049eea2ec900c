/** RFC 3339 in UTC, whichever form the driver gave. */
export function toInstant(value: Date | string): string {
  return new Date(value).toISOString();
}

export function toInstantOrNull(value: Date | string | null): string | null {
  return value === null ? null : toInstant(value);
}
