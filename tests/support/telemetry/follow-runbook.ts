import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { endWithTest } from '../awaited.ts';
import { INHERITED } from '../processes/command-process.ts';
import { orRequired } from '../required.ts';

const ROOT = new URL('../../../', import.meta.url);
const PROGRAM = new URL('src/main.ts', ROOT).pathname;
const PROGRAMS = ['bash', 'curl', 'jq', 'psql'];

/** Why no page can be followed here; `false` where one can. For a test's `skip`. */
export function whyNoPrograms(): string | false {
  const lacking = PROGRAMS.filter((name) => spawnSync(name, ['--version']).status !== 0);
  return lacking.length === 0 ? false : orRequired(`${lacking.join(', ')}: not installed here`);
}

export interface Followed {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What has another name here than on the page, by how the page writes it. */
type Instead = Readonly<Record<string, string>>;

/** Somebody who copies what a runbook shows, and knows nothing else. */
export interface Engineer extends AsyncDisposable {
  /** The command of the page that begins so. */
  copy(page: string, begins: string, instead?: Instead): Promise<Followed>;
  /** The whole block that begins with it, until a command fails. */
  copyBlock(page: string, begins: string, instead?: Instead): Promise<Followed>;
}

/** `env`: the settings of the service, and what docs/runbooks/README.md asks for beside them. */
export async function openEngineer(env: Readonly<Record<string, string>>): Promise<Engineer> {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-engineer-'));
  const bioMcp = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`;
  await writeFile(join(folder, 'bio-mcp'), bioMcp, { mode: 0o755 });

  async function run(script: string): Promise<Followed> {
    const child = spawn('bash', ['-c', script], {
      env: { ...INHERITED, ...env, PATH: `${folder}:${INHERITED.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithTest(child);
    const closed = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await closed;
    return { code: child.exitCode, stdout, stderr };
  }

  return {
    async copy(page, begins, instead = {}) {
      const found = (await readBlocks(page)).flat().find((command) => command.startsWith(begins));
      assert.ok(found !== undefined, `${page} shows no command that begins with ${begins}`);
      return run(fill(found, instead));
    },
    async copyBlock(page, begins, instead = {}) {
      const found = (await readBlocks(page)).find(([first = '']) => first.startsWith(begins));
      assert.ok(found !== undefined, `${page} shows no block that begins with ${begins}`);
      return run(fill(`set -e\n${found.join('\n')}`, instead));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function fill(command: string, instead: Instead): string {
  let filled = command;
  for (const [shown, real] of Object.entries(instead)) {
    assert.ok(filled.includes(shown), `no ${shown} in ${command}`);
    filled = filled.replaceAll(shown, real);
  }
  return filled;
}

/** What stands behind the prompts, block by block: a command ends where no quotation mark is open. */
async function readBlocks(page: string): Promise<string[][]> {
  const text = await readFile(new URL(`docs/runbooks/${page}.md`, ROOT), 'utf8');
  const blocks = [...text.matchAll(/^ *```console\n(.*?)^ *```$/gms)].map(([, block = '']) => block);
  return blocks.map((block) => {
    const commands: string[] = [];
    for (const line of block.split('\n')) {
      const [, begun] = /^ *\$ (.*)$/.exec(line) ?? [];
      const last = commands.at(-1);
      if (begun !== undefined) commands.push(begun);
      else if (last !== undefined && hasOpenQuote(last)) commands.push(`${commands.pop()}\n${line}`);
    }
    return commands;
  });
}

function hasOpenQuote(command: string): boolean {
  let open = '';
  for (const [sign] of command.matchAll(/\\.|["']/g)) {
    if (sign === open) open = '';
    else if (open === '' && sign.length === 1) open = sign;
  }
  return open !== '';
}
