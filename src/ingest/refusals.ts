/** Beyond so many refusals it counts how many were accepted. */
const FEW = 20;

/**
 * Whether it is the dependency that fails, and not what it was given: single records are refused for
 * something that they hold, many of them, more than are accepted, for something else.
 */
export function isMostlyRefused(refused: number, accepted: number): boolean {
  return refused > FEW && refused > accepted;
}

const MOST_WORDS = 300;

/** What a dependency said, as one line that a database takes: it goes into the quarantine as data. */
export function toReasonLine(said: string): string {
  const line = said
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.slice(0, MOST_WORDS);
}
