/** Far more than any call has; what checks a message goes down as deep as it does. */
const MOST_LEVELS = 200;

export const TOO_DEEP = `Invalid request: a message is nested at most ${MOST_LEVELS} levels deep`;

/** Whether parsed JSON has more lists and objects inside each other than a message may have. */
export function isTooDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
