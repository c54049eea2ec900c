/** For the `catch` of what is awaited later: until then its rejection must not count as unhandled. */
export function deferToAwait(): void {}
