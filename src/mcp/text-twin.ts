/** Up to so many characters an answer is indented, for whoever reads along. */
const MOST_INDENTED = 8_000;

/** An answer as text: the same JSON as the structured content. */
export function toTextTwin(answer: object): string {
  const compact = JSON.stringify(answer);
  return compact.length <= MOST_INDENTED ? JSON.stringify(answer, null, 1) : compact;
}
