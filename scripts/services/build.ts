import { spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ServiceError, say } from './service-error.ts';

interface Recipe {
  /** Of the program. */
  name: string;
  /** With its version. */
  package: string;
  folder: string;
}

/**
 * The path of the program, which is built where it is not there yet: in a folder beside, which then
 * takes the name.
 */
export async function provideGoProgram({ name, package: source, folder }: Recipe): Promise<string> {
  const program = join(folder, name);
  if (await exists(program)) return program;
  await requireTool('go', ['version'], `${name} is built with Go 1.25 or later: https://go.dev/dl`);
  say(`building ${source} (about 3 minutes, once)`);
  await makeFolder(folder, (making) => run('go', ['install', source], { GOBIN: making }));
  return program;
}

/**
 * The path of the program inside a virtual environment of its own. Several packages stand with a blank
 * between.
 */
export async function providePythonProgram({ name, package: source, folder }: Recipe): Promise<string> {
  const program = join(folder, 'bin', name);
  if (await exists(program)) return program;
  await requireTool('python3', ['--version'], `${name} needs Python 3.10 or later: https://www.python.org`);
  say(`installing ${source} (about 40 seconds, once)`);
  // A virtual environment holds its own path, so it cannot be moved into place afterwards.
  await rm(folder, { recursive: true, force: true });
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      ...source.split(' '),
    ]);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return program;
}

async function makeFolder(folder: string, fill: (making: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const making = await mkdtemp(`${folder}-`);
  try {
    await fill(making);
    await rm(folder, { recursive: true, force: true });
    await rename(making, folder);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function requireTool(command: string, args: string[], sentence: string): Promise<void> {
  const code = await exitCode(command, args, {}, 'ignore').catch(() => null);
  if (code !== 0) throw new ServiceError(`${command} is missing. ${sentence}`);
}

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const code = await exitCode(command, args, env, 'inherit').catch((error: Error) => error.message);
  if (code !== 0)
    throw new ServiceError(`${command} ${args.join(' ')} did not succeed (${code}), see above.`);
}

/** What the command says goes to stderr: stdout is for the environment. */
export function exitCode(
  command: string,
  args: string[],
  env: Record<string, string>,
  output: 'ignore' | 'inherit',
): Promise<number | null> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', output === 'ignore' ? 'ignore' : process.stderr, output],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
