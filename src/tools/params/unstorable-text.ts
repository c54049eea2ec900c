/**
 * The clause that tells which text no database can hold: PostgreSQL refuses NUL, and half of a surrogate pair
 * has no UTF-8 form. `null` when all of `value`, however deep, can be stored.
 */
export function findUnstorableText(value: unknown, path = ''): string | null {
  if (typeof value === 'string') {
    const name = path === '' ? 'the input' : `\`${path}\``;
    if (value.includes('\0')) return `${name} holds a NUL character`;
    return value.isWellFormed() ? null : `${name} holds half of a surrogate pair`;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const found = findUnstorableText(inner, innerPath);
    if (found !== null) return found;
  }
  return null;
}
