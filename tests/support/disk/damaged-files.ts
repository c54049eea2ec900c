import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 8_192;
const MOST_AT_ONCE = 3;
/** The two databases that every PostgreSQL has and nobody asks; and what tells of the others. */
const UNUSED = /^base[\\/][14][\\/]|files-at-close/;

interface Wound {
  path: string;
  bytes: Buffer;
  /** Another file of the same place. */
  other: string;
  random: () => number;
}

/** Each leaves the file other than it was, or as it was where there is nothing to take. */
const WOUNDS: Readonly<Record<string, (wound: Wound) => void>> = {
  cut: ({ path, bytes, random }) => truncateSync(path, Math.floor(random() * bytes.length)),
  'cut at a page': ({ path, bytes, random }) =>
    truncateSync(path, Math.floor((random() * bytes.length) / PAGE_BYTES) * PAGE_BYTES),
  'zeroed page': (wound) => fillPage(wound, (page) => page.fill(0)),
  'torn page': (wound) =>
    fillPage(wound, (page) => {
      for (let at = Math.floor(page.length / 2); at < page.length; at++) page[at] = wound.random() * 256;
    }),
  'zeroed file': ({ path, bytes }) => writeFileSync(path, Buffer.alloc(bytes.length)),
  swapped({ path, bytes, other }) {
    writeFileSync(path, readFileSync(other));
    writeFileSync(other, bytes);
  },
  deleted: ({ path }) => rmSync(path),
};

/** Does one to three random wounds to random files below `places` of `folder`; resolves to what was done. */
export function damageFiles(folder: string, places: readonly string[], random: () => number): string[] {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const ofPlace = (place: string) =>
    listFiles(join(folder, place))
      .filter((name) => !UNUSED.test(name))
      .map((name) => join(place, name));
  const count = 1 + Math.floor(random() * MOST_AT_ONCE);
  return Array.from({ length: count }, () => {
    const names = places.flatMap(ofPlace);
    const [name, other, kind] = [pick(names), pick(names), pick(Object.keys(WOUNDS))];
    const path = join(folder, name);
    WOUNDS[kind]?.({ path, bytes: readFileSync(path), other: join(folder, other), random });
    return `${name} ${kind} (${other})`;
  });
}

function fillPage({ path, bytes, random }: Wound, fill: (page: Buffer) => void): void {
  const pages = Math.max(1, Math.floor(bytes.length / PAGE_BYTES));
  const from = Math.floor(random() * pages) * PAGE_BYTES;
  fill(bytes.subarray(from, from + PAGE_BYTES));
  writeFileSync(path, bytes);
}

export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** By name, of those whose path is so. */
export function digestFiles(folder: string, isWanted = /./): Map<string, string> {
  const names = listFiles(folder).filter((name) => isWanted.test(`/${name}`));
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return new Map(names.map((name) => [name, digest(name)]));
}
