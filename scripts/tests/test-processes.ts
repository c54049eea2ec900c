import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What one process of a run runs. */
export interface TestProcess {
  /** The one file's path from the root, or "tests/http, 2 of 3". */
  name: string;
  /** Its program, and so its path among the arguments. */
  path: string;
  /** Of its tests' text: a guess at what it costs. */
  bytes: number;
}

/**
 * To load `src/compose.ts` takes half a second of CPU, which the files of a group spend once. More files
 * would leave a core without work at the end of a run.
 */
const MOST_FILES = 6;
/** A room with no more than so many shares with others like it. */
const FEW_FILES = 3;

/**
 * What another file in the same process would notice: hooks of the whole process, mocks, its environment, its
 * umask, its listeners, its memory. Such a file has a process of its own.
 */
const CHANGES_ITS_PROCESS =
  /^(?:before|after|beforeEach|afterEach)\(|\bmock\.|\bprocess\.(?:on|once|umask|chdir|memoryUsage|getActiveResourcesInfo)\(|\bprocess\.env\.\w+ = |\bdelete process\.env|\bsetFlagsFromString\(/m;
/** These kill, fill disks or hold on to servers. */
const OTHER_TIER = /\.(?:faults|services)\.test\.ts$/;

/**
 * Files of one folder, or of several small ones, share a process, where none of them would notice. `folder`:
 * for the programs of groups.
 */
export function toTestProcesses(
  files: readonly string[],
  { root, folder }: { root: string; folder: string },
): TestProcess[] {
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const textOf = (file: string) => texts.get(file) ?? '';
  const mayShare = (file: string) => !OTHER_TIER.test(file) && !CHANGES_ITS_PROCESS.test(textOf(file));
  const { shared = [], alone = [] } = Object.groupBy(files.toSorted(), (file) =>
    mayShare(file) ? 'shared' : 'alone',
  );
  mkdirSync(folder, { recursive: true });
  const sizes = Map.groupBy(shared, dirname);
  const isSmall = (room: string) => (sizes.get(room)?.length ?? 0) <= FEW_FILES;
  const toRoom = (file: string) => (isSmall(dirname(file)) ? 'small rooms' : dirname(file));
  const rooms = Object.entries(Object.groupBy(shared, toRoom));
  return [
    ...alone.map((file) => ({ name: file, path: join(root, file), bytes: textOf(file).length })),
    ...rooms.flatMap(([room, members = []]) => {
      const groups = toGroups(members);
      return groups.map((group, at) => {
        const name = `${room}, ${at + 1} of ${groups.length}`;
        const path = join(folder, `${name.replaceAll('/', '-')}.mjs`);
        writeFileSync(path, toProgram(group.map((file) => pathToFileURL(join(root, file)).href)));
        return { name, path, bytes: group.reduce((sum, file) => sum + textOf(file).length, 0) };
      });
    }),
  ];
}

/**
 * No test begins before all files are loaded. Else the runner takes the end of the first ones for the end of
 * all, and calls what is to be called after all.
 */
function toProgram(urls: readonly string[]): string {
  return [
    "import { before } from 'node:test';",
    'const loaded = Promise.withResolvers();',
    'before(() => loaded.promise);',
    ...urls.map((url) => `await import('${url}');`),
    'loaded.resolve();\n',
  ].join('\n');
}

/** Of about the same size; neighbours in the alphabet, which often cost alike, in different ones. */
function toGroups(files: readonly string[]): string[][] {
  const count = Math.ceil(files.length / MOST_FILES);
  return Array.from({ length: count }, (_, group) => files.filter((_, at) => at % count === group));
}
