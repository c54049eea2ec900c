import { cpSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { build, type Plugin } from 'esbuild';

export interface BundleOptions {
  root: string;
  /** Folder for what is made, within `root`. */
  target: string;
  /** Packages that are installed beside the bundle: they and what lies in them stay imports. */
  installed: readonly string[];
}

const BUNDLE = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Whatever of the checkout is here: the image has no tsconfig.json.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  metafile: true,
  logLevel: 'warning',
} as const;

/** How a bundled package asks for what it can do without, and we do not have either. */
const ABSENT = ['pg-native'];

/** CommonJS packages that are bundled `require` what Node brings; a module has no `require` by itself. */
const BANNER =
  "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url);";
const PROGRAM = /toProgramUrl\('([\w-]+)', import\.meta\.url\)/g;
/** What a source says of files and packages beside it, by the address that it has in a checkout. */
const FILE = /new URL\((['"`])([^'"`]+)\1, import\.meta\.url\)/g;
const PACKAGE = /createRequire\(import\.meta\.url\)\('([^']+)'\)/g;
/** By this name all of it would stay, with its messages in fifty languages: 5 ms of each start. */
const WHOLE_ZOD = "import { z } from 'zod';";
/** The same within a function: few runs come there. */
const LATE_PACKAGE = /^(\s+.*)createRequire\(import\.meta\.url\)\('([^']+)'\)/gm;
const PACKAGE_FILE = /import\.meta\.resolve\('((?:@[\w.-]+\/)?[\w.-]+\/[\w./-]+)'\)/g;

/**
 * Puts `src/` and the packages that it uses into few modules: `main.js`, one for each program that a thread
 * runs, and what they share, all side by side in `target`. Files that sources read keep their path below it.
 * Returns the paths of all that went in, from `root`.
 */
export async function bundleSources({ root, target, installed }: BundleOptions): Promise<string[]> {
  const copied = new Set<string>();
  const late = new Set<string>();
  const external = [...ABSENT, ...installed];
  const { metafile } = await build({
    ...BUNDLE,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(listPrograms(root)),
    outdir: target,
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    banner: { js: BANNER },
    external,
    plugins: [keepNativeOutside(), bundleTracing(), moveAddresses(root, { copied, late })],
  });
  const ofPackages = await Promise.all(
    [...late].map((name) =>
      build({
        ...BUNDLE,
        absWorkingDir: root,
        entryPoints: [createRequire(join(root, 'src/main.ts')).resolve(name)],
        outfile: join(target, toLateFile(name)),
        format: 'cjs',
        external,
      }),
    ),
  );
  for (const file of globSync('src/**/*.*', { cwd: root, exclude: (name) => name.endsWith('.ts') })) {
    cpSync(join(root, file), join(root, target, file.slice('src/'.length)));
  }
  for (const path of copied) cpSync(join(root, path), join(root, target, toCopy(path)));
  const inputs = [metafile, ...ofPackages.map((one) => one.metafile)].map((one) => Object.keys(one.inputs));
  return [...inputs.flat(), ...copied];
}

function toLateFile(name: string): string {
  return `packages/${name}.cjs`;
}

/** `main.ts` and each that a thread runs, by the name of what is made of it. */
function listPrograms(root: string): [name: string, path: string][] {
  const sources = globSync('src/**/*.ts', { cwd: root });
  const ofThreads = sources.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(PROGRAM)].map(([, name = '']): [string, string] => [
      name,
      join(dirname(path), `${name}.ts`),
    ]),
  );
  return [['main', 'src/main.ts'], ...ofThreads];
}

/** Native libraries are found by their packages, of which npm installs the one for its platform. */
function keepNativeOutside(): Plugin {
  return {
    name: 'native libraries',
    setup({ onResolve }) {
      onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

/**
 * LanceDB asks for it without being told to trace: bundled there, as every copy finds the one that traces by
 * a name that all share. What traces here asks for the installed one.
 */
function bundleTracing(): Plugin {
  return {
    name: 'tracing',
    setup({ onResolve }) {
      onResolve({ filter: /^@opentelemetry\/api$/ }, ({ path, importer }) =>
        importer.replaceAll('\\', '/').includes('/node_modules/@lancedb/')
          ? { path: createRequire(importer).resolve(path) }
          : undefined,
      );
    },
  };
}

/**
 * All modules lie in one folder once bundled: what a source finds beside itself is written as found from
 * there.
 */
function moveAddresses(root: string, { copied, late }: { copied: Set<string>; late: Set<string> }): Plugin {
  return {
    name: 'addresses',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.\/packages\/.*\.cjs$/ }, ({ path }) => ({ path, external: true }));
      const folder = join(root, 'src').replaceAll('\\', '/');
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const file = path.replaceAll('\\', '/');
        if (!file.startsWith(`${folder}/`)) return undefined;
        const room = posix.dirname(posix.relative(folder, file));
        const contents = readFileSync(path, 'utf8')
          .replace(WHOLE_ZOD, "import * as z from 'zod';")
          .replace(FILE, (_, quote, to) => `new URL(${quote}./${room}/${to}${quote}, @here)`)
          .replace(LATE_PACKAGE, (_, before, name) => {
            late.add(name);
            return `${before}require('./${toLateFile(name)}')`;
          })
          .replace(PACKAGE, "require('$1')")
          .replace(PACKAGE_FILE, (_, to) => {
            const found = posix.join('node_modules', to);
            copied.add(found);
            return `new URL('./${toCopy(found)}', @here).href`;
          })
          .replace(PROGRAM, "toProgramUrl('$1', @here)");
        const unknown = /^.*\bimport\.meta\b.*$/m.exec(contents);
        if (unknown !== null) {
          throw new Error(`${path}: scripts/package/bundle-sources.ts cannot bundle ${unknown[0].trim()}`);
        }
        return { contents: contents.replaceAll('@here', 'import.meta.url'), loader: 'ts' };
      });
    },
  };
}

/** Where a file of a package lies in the bundle. */
function toCopy(path: string): string {
  return posix.join('packages', posix.relative('node_modules', path));
}
