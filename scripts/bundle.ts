/**
 * Makes the desktop bundle, `bio-mcp-<version>-<platform>-<architecture>.mcpb`: the npm package with all that
 * it needs on this platform, and a manifest that the official tool (npm `@anthropic-ai/mcpb`) has checked.
 * Usage: node scripts/bundle.ts PACKAGE.tgz [FOLDER]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TOOLS } from '../src/tools/tools.ts';

const ROOT = join(import.meta.dirname, '..');
const [tarball, target = '.'] = process.argv.slice(2);
if (tarball === undefined) throw new Error('usage: node scripts/bundle.ts PACKAGE.tgz [FOLDER]');

const { version, description, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const ENTRY = 'server/node_modules/bio-mcp/bin/bio-mcp.js';

const manifest = {
  manifest_version: '0.3',
  name: 'bio-mcp',
  display_name: 'bio-mcp: PubMed, archived and citable',
  version,
  description,
  long_description:
    'Asks live PubMed, keeps what matters in a corpus on your own machine, finds the passages that answer a question, ' +
    'cites them, and can show later exactly what it answered from. Works without any account or key.',
  author: { name: 'The bio-mcp contributors' },
  license,
  keywords: ['pubmed', 'literature', 'biomedicine', 'citations'],
  server: {
    type: 'node',
    entry_point: ENTRY,
    mcp_config: {
      command: 'node',
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the desktop client fills these in
      args: [`\${__dirname}/${ENTRY}`, 'stdio'],
      env: {
        BIO_MCP_DATA_DIR: '${user_config.data_dir}',
        BIO_MCP_PUBMED_EMAIL: '${user_config.pubmed_email}',
        BIO_MCP_PUBMED_API_KEY: '${user_config.pubmed_api_key}',
      },
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the desktop client fills these in
    },
  },
  compatibility: { platforms: [process.platform], runtimes: { node: '>=24.0.0' } },
  user_config: {
    data_dir: {
      type: 'directory',
      title: 'Folder of the corpus',
      description: 'Where archive, database and index lie. Left empty: a folder of your own home.',
      required: false,
    },
    pubmed_email: {
      type: 'string',
      title: 'E-mail address for NCBI',
      description: 'NCBI writes to it before it blocks a caller.',
      required: false,
    },
    pubmed_api_key: {
      type: 'string',
      title: 'API key of NCBI',
      description:
        'Ten requests a second instead of three. Free: https://www.ncbi.nlm.nih.gov/account/settings/',
      required: false,
      sensitive: true,
    },
  },
  tools: TOOLS.map(({ name, title }) => ({ name: name.replaceAll('.', '_'), description: title })),
  prompts_generated: true,
};

using folder = mkdtempDisposableSync(join(tmpdir(), 'bio-mcp-bundle-'));
const at = (...path: string[]) => join(folder.path, ...path);
mkdirSync(at('server'));
writeFileSync(at('server/package.json'), '{"private":true}');
writeFileSync(at('manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
execFileSync(
  'npm',
  ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', resolve(tarball)],
  // npm is a batch file on Windows, which a shell must start.
  { cwd: at('server'), stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
);
const mcpb = (...words: string[]) =>
  execFileSync(process.execPath, [join(ROOT, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js'), ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const bundle = resolve(target, `bio-mcp-${version}-${process.platform}-${process.arch}.mcpb`);
mcpb('validate', at('manifest.json'));
mcpb('pack', folder.path, bundle);
process.stdout.write(`${bundle}\n`);
