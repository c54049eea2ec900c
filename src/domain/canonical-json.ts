/**
 * The RFC 8785 form (JSON Canonicalization Scheme) of JSON data: ECMAScript already writes strings and
 * numbers as the scheme asks, so what is left is to sort the names of each object, by UTF-16 units as `sort`
 * does. Data whose names are in order already, as the parser makes it, is written at once: a load pays this
 * for every record. A test holds this and the `canonicalize` package together.
 *
 * Takes what `JSON.parse` can give; a member that is `undefined` is left out.
 */
export function toCanonicalJson(value: unknown): string {
  return isInOrder(value) ? JSON.stringify(value) : writeInOrder(value);
}

function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  const record = value as Record<string, unknown>; // an object that is no array has string names
  let previous = '';
  for (const name in record) {
    if (name < previous || !isInOrder(record[name])) return false;
    previous = name;
  }
  return true;
}

/**
 * Never by way of a sorted object: an object gives names that are whole numbers first, whenever
 * they were set.
 */
function writeInOrder(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeInOrder).join(',')}]`;
  const record = value as Record<string, unknown>; // an object that is no array has string names
  const names = Object.keys(record).filter((name) => record[name] !== undefined);
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${writeInOrder(record[name])}`)
    .join(',')}}`;
}
