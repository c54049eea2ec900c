import { mkdirSync } from 'node:fs';
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

/**
 * The folder of the database, for its user alone. Emscripten knows no umask of the process: it makes a file with its
 * own (022) and then sets that mode, or the 0666 of a tar file, whatever the umask is.
 */
export class PgliteFiles extends NodeFS {
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    super(folder);
  }

  override async init(pg: PGlite, options: EmscriptenOptions): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options);
    const closeToOthers = (module: { NODEFS?: { node_ops: ModeOperations } }) => {
      const operations = module.NODEFS?.node_ops;
      if (operations === undefined)
        throw new Error('this PGlite has no NODEFS: its files would be open to all');
      const { mknod, setattr } = operations;
      operations.mknod = (parent, name, mode, device) => mknod(parent, name, mode & ~OTHERS, device);
      operations.setattr = (node, { mode, ...others }) =>
        setattr(node, mode === undefined ? others : { ...others, mode: mode & ~OTHERS });
    };
    // Before the base class mounts it.
    const preRun = [closeToOthers, ...(emscriptenOpts.preRun ?? [])];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } as EmscriptenOptions };
  }
}
