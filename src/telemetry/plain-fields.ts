import { isSecret } from './censor.ts';

/** No longer than any field may be, and of fewer fields than an object may have. */
const SHORT = { characters: 500, fields: 20 } as const;

/** Whether there is nothing to cut, to hide or to spell out at first sight, as in almost every line. */
export function isPlain(fields: object): boolean {
  let count = 0;
  for (const name in fields) {
    count += 1;
    if (!isShort(Reflect.get(fields, name)) || isSecret(name) || count > SHORT.fields) return false;
  }
  return true;
}

/** Of a kind, too, that JSON writes as pino does. */
function isShort(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.length <= SHORT.characters;
    case 'number':
    case 'boolean':
    case 'undefined':
      return true;
    default:
      return value === null;
  }
}
