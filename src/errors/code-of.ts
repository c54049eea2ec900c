/** What Node, a driver or a library calls this failure, as in `ENOENT`; empty where it gives it no code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
