import { readFileSync } from 'node:fs';

/** A body that NCBI really sent; `bodies/README.md` says where each was seen. */
export function readBody(name: string): string {
  return readFileSync(new URL(`bodies/${name}`, import.meta.url), 'utf8');
}
