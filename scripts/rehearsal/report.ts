const startedAt = performance.now();
let failures = 0;

/** One line of the report, after the seconds since the start. */
export function say(text: string): void {
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
}

/**
 * A line that says what was seen, marked when it is not what is wanted. The rehearsal goes on, and fails
 * at its end.
 */
export function expect(holds: boolean, seen: string): void {
  if (!holds) failures += 1;
  say(`${holds ? 'ok  ' : 'FAIL'}  ${seen}`);
}

export function countFailures(): number {
  return failures;
}

export function head(title: string): void {
  console.log(`\n## ${title}`);
}
