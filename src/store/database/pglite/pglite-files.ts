import { fsyncSync, mkdirSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type EmscriptenOptions = Parameters<NodeFS['init']>[1];

/** What others may: nothing. */
const OTHERS = 0o077;

/** The operations of Emscripten's NODEFS that give a file its mode; a module has objects of its own. */
interface ModeOperations {
  mknod(parent: object, name: string, mode: number, device: number): object;
  setattr(node: object, attributes: { mode?: number }): void;
}

/** Those that reach the disk; `nfd` is Node's descriptor. */
interface StreamOperations {
  fsync?: (stream: { nfd: number }) => number;
}

interface NodeFiles {
  node_ops: ModeOperations;
  stream_ops: StreamOperations;
  /** Turns an error of Node's into one of Emscripten's. */
  tryFSOperation(operation: () => void): void;
}

/**
 * The folder of the database, for its user alone. Emscripten knows no umask of the process: it makes a file
 * with its own (022) and then sets that mode, or the 0666 of a tar file, whatever the umask is.
 *
 * With `fsync` what PostgreSQL flushes reaches the disk. Emscripten's own file system lacks that operation,
 * so PostgreSQL believes that it has flushed. Only `fsync` comes here, not `fdatasync`: so `wal_sync_method`
 * must be `fsync`.
 */
export class PgliteFiles extends NodeFS {
  readonly #fsync: boolean;

  constructor(folder: string, { fsync }: { fsync: boolean }) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    super(folder);
    this.#fsync = fsync;
  }

  override async init(pg: PGlite, options: EmscriptenOptions): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options);
    const amend = ({ NODEFS: files }: { NODEFS?: NodeFiles }) => {
      if (files === undefined)
        throw new Error('this PGlite has no NODEFS: its files would be open to all, and not flushed');
      closeToOthers(files.node_ops);
      if (this.#fsync) addSync(files);
    };
    // Before the base class mounts it.
    const preRun = [amend, ...(emscriptenOpts.preRun ?? [])];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } as EmscriptenOptions };
  }
}

function closeToOthers(operations: ModeOperations): void {
  const { mknod, setattr } = operations;
  operations.mknod = (parent, name, mode, device) => mknod(parent, name, mode & ~OTHERS, device);
  operations.setattr = (node, { mode, ...others }) =>
    setattr(node, mode === undefined ? others : { ...others, mode: mode & ~OTHERS });
}

function addSync(files: NodeFiles): void {
  files.stream_ops.fsync = ({ nfd }) => {
    files.tryFSOperation(() => fsyncSync(nfd));
    return 0;
  };
}
