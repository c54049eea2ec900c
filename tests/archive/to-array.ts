/** As `Array.fromAsync`, which the compiler's library of this target does not know. */
export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
