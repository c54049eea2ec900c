import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exchange } from './play.ts';

const FOLDER = join(import.meta.dirname, 'tools');

/** One file a tool, its exchanges in the order of the story. */
export function writeGolden(exchanges: readonly Exchange[]): void {
  for (const file of readdirSync(FOLDER)) rmSync(join(FOLDER, file));
  for (const [tool, own] of Map.groupBy(exchanges, ({ tool }) => tool)) {
    const entries = own.map(({ params, answer }) => ({ params, answer }));
    writeFileSync(join(FOLDER, `${tool}.json`), `${JSON.stringify(entries, null, 2)}\n`);
  }
}

export function readGolden(): Map<string, Omit<Exchange, 'tool'>[]> {
  return new Map(
    readdirSync(FOLDER).map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(join(FOLDER, file), 'utf8')),
    ]),
  );
}
