/**
 * Writes package.json as the image needs it, in the folder where it is called: the optional packages of the
 * cloud form become dependencies, and the development ones go. `npm prune` then leaves what package-lock.json
 * pins of those, and no more. Left out is `@huggingface/transformers`: its native library alone is as large
 * as all the rest.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LEFT_OUT = '@huggingface/transformers';

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta?: unknown;
  devDependencies?: unknown;
  scripts?: unknown;
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { peerDependencies, peerDependenciesMeta: _, devDependencies: __, scripts: ___, ...kept } = manifest;
const { [LEFT_OUT]: ____, ...ofTheCloudForm } = peerDependencies;
const dependencies = { ...kept.dependencies, ...ofTheCloudForm };
writeFileSync('package.json', `${JSON.stringify({ ...kept, dependencies }, null, 2)}\n`);
