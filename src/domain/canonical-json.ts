/**
 * The RFC 8785 form (JSON Canonicalization Scheme) of JSON data: ECMAScript already writes strings and numbers as the
 * scheme asks, so what is left is to sort the names of each object, by UTF-16 units as `sort` does. The `canonicalize`
 * package gives the same text at five times the CPU, which a load pays for every record; a test holds the two together.
 *
 * Takes what `JSON.parse` can give; a member that is `undefined` is left out.
 */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(withSortedNames(value));
}

function withSortedNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedNames);
  const record = value as Record<string, unknown>; // an object that is no array has string names
  const sorted: Record<string, unknown> = {};
  for (const name of Object.keys(record).sort()) sorted[name] = withSortedNames(record[name]);
  return sorted;
}
