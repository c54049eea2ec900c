/**
 * Makes `dist/`: the sources and the JavaScript that they use in few modules, what they read, and the
 * licences of what is bundled (docs/decisions/0017-one-bundle.md).
 *
 * With `--pack`, which npm calls before it packs, also `npm-shrinkwrap.json`, and package.json as the package
 * has it; `--packed`, which npm calls after it, puts the checkout's own back, also after a packing that was
 * stopped half-way.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleSources } from './package/bundle-sources.ts';
import { describeBundled, listPackageFolders } from './package/bundled-licences.ts';
import {
  isPacked,
  listInstalled,
  type Manifest,
  toPackedManifest,
  toShrinkwrap,
} from './package/packed-manifest.ts';

const ROOT = join(import.meta.dirname, '..');
const at = (...path: string[]) => join(ROOT, ...path);
const MANIFEST = at('package.json');
const SHRINKWRAP = at('npm-shrinkwrap.json');
/** The checkout's own package.json while npm packs. */
const KEPT = at('package.json.kept');

const step = process.argv[2];
if (existsSync(KEPT)) putBack();
if (step === '--packed') rmSync(SHRINKWRAP, { force: true });
else await build();

/** What somebody has put there since a packing was stopped stays. */
function putBack(): void {
  if (isPacked(readJson(MANIFEST))) renameSync(KEPT, MANIFEST);
  else rmSync(KEPT);
}

async function build(): Promise<void> {
  const manifest: Manifest = readJson(MANIFEST);
  const lock = readJson(at('package-lock.json'));
  const packed = toPackedManifest(manifest, lock);
  rmSync(at('dist'), { recursive: true, force: true });
  const files = await bundleSources({ root: ROOT, target: 'dist', installed: listInstalled(packed) });
  writeFileSync(at('dist/LICENSES.txt'), describeBundled(ROOT, listPackageFolders(files)));
  if (step !== '--pack') return;
  writeJson(SHRINKWRAP, toShrinkwrap(lock, packed));
  writeJson(KEPT, manifest);
  writeJson(MANIFEST, packed);
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
