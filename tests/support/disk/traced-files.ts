import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { endWithTest } from '../awaited.ts';
import { orRequired } from '../required.ts';
import { listFiles } from './damaged-files.ts';
import { FileNames } from './file-names.ts';
import type { FileChange } from './replay-cut.ts';

export interface Traced {
  /** Node runs it, with `words`. */
  program: string;
  words: string[];
  /** Whose changes are recorded; nobody else writes to it meanwhile. */
  folder: string;
  /** The names of the folders that the program makes in this one become marks. */
  marks: string;
}

/**
 * Every call that changes a file or a name, or flushes; a kind that no program made so far is refused where
 * it is met.
 */
const CALLS =
  `open,openat,openat2,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,rename,renameat,
renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,sync_file_range,syncfs,sync,
lseek,copy_file_range,sendfile`.replaceAll('\n', '');
/** More than any one write. */
const LONGEST_STRING = 2 ** 26;

/** Why no calls can be recorded here; `false` where they can. For a test's `skip`. */
export function whyNotTraced(): string | false {
  const { status, error } = spawnSync('strace', ['-f', '--seccomp-bpf', '-y', '-o', '/dev/null', 'true']);
  return status === 0
    ? false
    : orRequired(`strace of Linux is needed (${error?.message ?? 'it may not trace'})`);
}

/**
 * Runs a program and resolves to every change that it, its threads and its children made to files below
 * `folder`, whichever library made it, in the order in which they came about. A flush counts from its
 * beginning. Rejects where the program fails, or makes a call of a kind that is not understood.
 */
export async function traceFiles({ program, words, folder, marks }: Traced): Promise<FileChange[]> {
  const work = mkdtempSync(join(tmpdir(), 'bio-mcp-trace-'));
  const trace = join(work, 'trace');
  const calls = new CallReader({ folder, marks });
  try {
    const options = [
      '-f',
      '--seccomp-bpf',
      '-y',
      '-xx',
      '-s',
      `${LONGEST_STRING}`,
      '-qqq',
      '-e',
      'signal=none',
    ];
    const child = spawn(
      'strace',
      [...options, '-e', `trace=${CALLS}`, '-o', trace, process.execPath, program, ...words],
      { env: { ...process.env, UV_USE_IO_URING: '0' }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    endWithTest(child);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
    for (const line of readFileSync(trace, 'latin1').split('\n')) calls.read(line);
  } finally {
    rmSync(work, { recursive: true });
  }
  return calls.changes.filter((change) => change !== null);
}

interface Call {
  name: string;
  /** Descriptors with their paths, and strings, each in hex. */
  args: string;
  result: number;
}

const HEX = /^(?:\\x[0-9a-f]{2})*$/;
const PATH_ARGUMENT = /(?:(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>, )?"((?:\\x[0-9a-f]{2})*)"/g;
const DESCRIPTOR = /^(\d+)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?(?:, |$)/;

/** Reads what `strace -f -y -xx` writes. */
class CallReader {
  /** `null`: the place of a flush that has not ended. */
  readonly changes: (FileChange | null)[] = [];
  readonly #folder: string;
  readonly #marks: string;
  readonly #names: FileNames<object>;
  readonly #begun = new Map<string, { text: string; at: number }>();
  /** Where the next plain write of a descriptor goes. */
  readonly #offsets = new Map<number, number>();

  constructor({ folder, marks }: Pick<Traced, 'folder' | 'marks'>) {
    this.#folder = folder;
    this.#marks = marks;
    this.#names = new FileNames(listFiles(folder).map((name) => [name, {}]));
  }

  read(line: string): void {
    const space = line.indexOf(' ');
    const thread = line.slice(0, space);
    const text = line.slice(space).trimStart();
    const unfinished = text.lastIndexOf(' <unfinished ...>');
    if (unfinished >= 0) {
      const isFlush = /^(fsync|fdatasync|syncfs)/.test(text);
      if (isFlush) this.changes.push(null);
      this.#begun.set(thread, {
        text: text.slice(0, unfinished),
        at: isFlush ? this.changes.length - 1 : -1,
      });
      return;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    const begun = resumed === null ? undefined : this.#begun.get(thread);
    const whole = begun === undefined ? text : begun.text + text.slice(resumed?.[0].length);
    const parsed = /^(\w+)\((.*)\)\s+= (-?\d+)/s.exec(whole);
    if (parsed === null) return; // an exit, or a call that the exit of its thread ended
    const [, name = '', args = '', result] = parsed;
    const change = this.#toChange({ name, args, result: Number(result) });
    if (change !== null) this.#names.follow(change, () => ({}));
    if (begun !== undefined && begun.at >= 0) this.changes[begun.at] = change;
    else if (change !== null) this.changes.push(change);
  }

  #toChange(call: Call): FileChange | null {
    if (call.result < 0) return null;
    const descriptor = DESCRIPTOR.exec(call.args);
    if (call.name === 'syncfs')
      return this.#isRecorded(toText(descriptor?.[2])) ? { kind: 'sync-all' } : null;
    if (descriptor !== null && !/^(openat|unlinkat|renameat|linkat|mkdirat|symlinkat)/.test(call.name)) {
      const file = descriptor[3] === undefined ? this.#toName(toText(descriptor[2])) : null;
      return file === null ? null : this.#toDataChange(call, Number(descriptor[1]), file);
    }
    const paths = [...call.args.matchAll(PATH_ARGUMENT)].map(([, at = '', path]) =>
      resolve(toText(at), toText(path)),
    );
    return this.#toNameChange(call, paths);
  }

  #toDataChange({ name, args, result }: Call, descriptor: number, file: string): FileChange | null {
    switch (name) {
      case 'fsync':
      case 'fdatasync':
        return { kind: 'sync', file };
      case 'ftruncate':
        return { kind: 'truncate', file, size: toLastNumber(args) };
      case 'lseek':
        this.#offsets.set(descriptor, result);
        return null;
      case 'pwrite64':
      case 'pwritev':
        return { kind: 'write', file, at: toLastNumber(args), bytes: toBytes(args).subarray(0, result) };
      case 'write':
      case 'writev': {
        const at = this.#offsets.get(descriptor);
        if (at === undefined) throw new Error(`a ${name} to ${file} at a place that nobody knows`);
        this.#offsets.set(descriptor, at + result);
        return { kind: 'write', file, at, bytes: toBytes(args).subarray(0, result) };
      }
      default:
        throw new Error(`a call ${name} to ${file} cannot be recorded`);
    }
  }

  #toNameChange({ name, args, result }: Call, paths: string[]): FileChange | null {
    const [path = '', toPath = ''] = paths;
    const mark = relative(this.#marks, path);
    if (name === 'mkdir' && mark !== '' && !mark.startsWith('..')) return { kind: 'mark', told: mark };
    const [file, to] = [this.#toName(path), this.#toName(toPath)];
    if (file === null) return null;
    if (name.startsWith('open')) return this.#toOpening(file, args, result);
    if (/^(rename|link)/.test(name)) {
      if (to === null) throw new Error(`${file} went to ${toPath}`);
      return { kind: name.startsWith('link') ? 'link' : 'rename', file, to };
    }
    if (/^(unlink|rmdir)/.test(name)) return { kind: 'remove', file };
    if (name.startsWith('mkdir')) return { kind: 'folder', file };
    throw new Error(`a call ${name} of ${file} cannot be recorded`);
  }

  #toOpening(file: string, args: string, descriptor: number): FileChange | null {
    if (!/O_WRONLY|O_RDWR/.test(args)) return null;
    if (/O_APPEND|O_TMPFILE/.test(args))
      throw new Error(`${file} is opened in a way that cannot be recorded`);
    this.#offsets.set(descriptor, 0);
    if (args.includes('O_CREAT') && this.#names.find(file) === null) return { kind: 'create', file };
    return args.includes('O_TRUNC') ? { kind: 'truncate', file, size: 0 } : null;
  }

  /** The folder itself has no name, but counts here. */
  #isRecorded(path: string): boolean {
    return path === this.#folder || this.#toName(path) !== null;
  }

  #toName(path: string): string | null {
    const name = relative(this.#folder, path);
    return name === '' || name === '..' || name.startsWith(`..${sep}`) ? null : name;
  }
}

function toBytes(args: string): Buffer {
  const strings = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g)];
  if (strings.some(([, , cut]) => cut !== undefined)) throw new Error('a write is longer than was recorded');
  return Buffer.concat(strings.map(([, hex = '']) => Buffer.from(hex.replaceAll('\\x', ''), 'hex')));
}

function toText(hex = ''): string {
  return HEX.test(hex) ? Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString() : hex;
}

function toLastNumber(args: string): number {
  return Number(args.slice(args.lastIndexOf(',') + 1));
}
