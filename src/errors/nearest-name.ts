/**
 * The name of `names` that a writer of `given` most likely meant; `null` when none is close. Case is ignored.
 */
export function findNearestName(given: string, names: Iterable<string>): string | null {
  // Longer than any name of ours: cut, so that a caller cannot make it slow.
  const wanted = given.slice(0, 100).toLowerCase();
  // A third of the letters may differ: "querry" finds "query", "qx" finds nothing.
  let bestDistance = Math.floor(Math.max(wanted.length, 3) / 3) + 1;
  let best: string | null = null;
  for (const name of names) {
    const distance = countEdits(wanted, name.toLowerCase());
    if (distance < bestDistance) {
      bestDistance = distance;
      best = name;
    }
  }
  return best;
}

/** Levenshtein's distance, row by row; two neighbours that changed places are one edit. */
export function countEdits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  let beforeThat = previous;
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substituted = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const inserted = (current[column - 1] ?? 0) + 1;
      const deleted = (previous[column] ?? 0) + 1;
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = row > 1 && column > 1 && isSwapped ? (beforeThat[column - 2] ?? 0) + 1 : substituted;
      current.push(Math.min(substituted, inserted, deleted, swapped));
    }
    beforeThat = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
