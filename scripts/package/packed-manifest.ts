/**
 * What stays a package of its own: it has native code, WebAssembly or threads, or must be one for all who use
 * it.
 */
const INSTALLED = ['@electric-sql/pglite', '@opentelemetry/api', 'piscina'];
/** Its JavaScript is bundled; npm installs of its native libraries the one for the platform. */
const WITH_NATIVE_LIBRARIES = '@lancedb/lancedb';
const NATIVE_LIBRARY = /^@lancedb\/lancedb-/;

export interface Manifest {
  dependencies: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
  scripts?: unknown;
  overrides?: unknown;
}

/** What npm writes of one package; its key is the folder. */
export interface LockedPackage {
  version?: string;
  optional?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Record<string, LockedPackage>;
}

/**
 * package.json as the npm package has it: what is bundled is no dependency any more, and stands under
 * `devDependencies`, which no installer looks at.
 */
export function toPackedManifest<Given extends Manifest>(manifest: Given, lock: Lock) {
  const { scripts: _, overrides: __, devDependencies: ___, dependencies: all, ...kept } = manifest;
  const dependencies = pick(all, (name) => INSTALLED.includes(name));
  const bundled = pick(all, (name) => !INSTALLED.includes(name));
  const { optionalDependencies = {} } = lock.packages[`node_modules/${WITH_NATIVE_LIBRARIES}`] ?? {};
  const natives = pick(optionalDependencies, (name) => NATIVE_LIBRARY.test(name));
  if (Object.keys(natives).length === 0) throw new Error(`${WITH_NATIVE_LIBRARIES} has no native libraries`);
  return { ...kept, dependencies, optionalDependencies: natives, devDependencies: bundled };
}

/** Whether it was made by `toPackedManifest`, and is not a checkout's own. */
export function isPacked({ scripts }: Manifest): boolean {
  return scripts === undefined;
}

/** Packages that the bundle imports, and does not hold. */
export function listInstalled({ dependencies, optionalDependencies, peerDependencies }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/**
 * Of the lock, what a package of this manifest needs, in the versions that were tested: npm would take newer
 * ones of what its dependencies ask for.
 */
export function toShrinkwrap<Given extends Lock>(lock: Given, manifest: Manifest): Given {
  const { devDependencies: _, ...root } = manifest;
  const kept = new Set<string>();
  const visit = (folder: string, { dependencies, optionalDependencies }: LockedPackage): void => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = resolveIn(lock, folder, name);
      if (kept.has(found)) continue;
      kept.add(found);
      visit(found, lock.packages[found] ?? {});
    }
  };
  visit('', root);
  const fields = Object.keys({ ...lock.packages[''], optionalDependencies: true });
  const ofPackage = pick({ ...root }, (name) => fields.includes(name));
  return { ...lock, packages: { '': ofPackage, ...pick(lock.packages, (path) => kept.has(path)) } };
}

/** As Node looks for a package: in the folder that asks, then in each above it. */
function resolveIn({ packages }: Lock, folder: string, name: string): string {
  for (let above = folder; ; above = above.slice(0, Math.max(0, above.lastIndexOf('node_modules/') - 1))) {
    const path = `${above === '' ? '' : `${above}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (above === '')
      throw new Error(`package-lock.json lacks ${name}, which ${folder || 'the package'} needs`);
  }
}

function pick<Value>(all: Record<string, Value>, isKept: (name: string) => boolean): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isKept(name)));
}
