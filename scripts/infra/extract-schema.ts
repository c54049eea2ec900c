/**
 * Writes infra/provider-schema.json: of every type of resource that `infra/` uses, what the AWS provider lets
 * one write. Run it when a new type is used, or for a newer provider: `node scripts/infra/extract-schema.ts`
 * gets the package with the provider's types from npm (37 MB, thrown away again).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProviderSchema, readResourceSchema } from './provider-schema.ts';
import { readTerraform } from './read-terraform.ts';

const PACKAGE = '@cdktf/provider-aws@21.22.1';
const INFRA = fileURLToPath(new URL('../../infra', import.meta.url));

const used = (await readTerraform(INFRA)).flatMap(({ declared }) => declared);
const keys = [...new Set(used.map(({ kind, type }) => `${kind} ${type}`))]
  .filter((key) => key.includes(' aws_'))
  .toSorted();
const folder = mkdtempSync(join(tmpdir(), 'bio-mcp-provider-'));
try {
  const run = (program: string, ...words: string[]) =>
    execFileSync(program, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const archive = run('npm', 'pack', '--silent', PACKAGE).trim();
  run('tar', 'xzf', archive);
  const library = join(folder, 'package', 'lib');
  const types = readFileSync(join(library, 's3-bucket', 'index.d.ts'), 'utf8');
  const version = /providers\/hashicorp\/aws\/([\d.]+)\//.exec(types)?.[1] ?? '';
  const schema: ProviderSchema = {
    version,
    resources: Object.fromEntries(keys.map((key) => [key, readResourceSchema(library, key)])),
  };
  // One line a type, so that a change of one is seen.
  const lines = Object.entries(schema.resources).map(
    ([key, one]) => `    ${JSON.stringify(key)}: ${JSON.stringify(one)}`,
  );
  writeFileSync(
    join(INFRA, 'provider-schema.json'),
    `{\n  "version": ${JSON.stringify(version)},\n  "resources": {\n${lines.join(',\n')}\n  }\n}\n`,
  );
  console.log(`${keys.length} types of the AWS provider ${version}`);
} finally {
  rmSync(folder, { recursive: true });
}
