/** Up to so many characters it is indented, for whoever reads along. */
const MOST_INDENTED = 8_000;

/** A resource as JSON. */
export function toResourceText(answer: object): string {
  const compact = JSON.stringify(answer);
  return compact.length <= MOST_INDENTED ? JSON.stringify(answer, null, 1) : compact;
}
