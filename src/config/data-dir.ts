import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { notes } from './setting-forms.ts';

/**
 * What a shell would have filled in and a desktop client does not: a folder of that name would be made
 * wherever the client was started.
 */
const UNFILLED = /^(?:\$|%\w+%|~[^/\\])/;

export const dataDirSettings = {
  BIO_MCP_DATA_DIR: z
    .string()
    .refine((path) => !UNFILLED.test(path), {
      error: 'must be a whole path: `~/` at its start is your home folder, and no variable is filled in',
    })
    .optional()
    .register(notes, {
      about:
        'The folder that holds the corpus: database, archive and index. `~/` at its start is your home folder.',
      shownDefault: '`$XDG_DATA_HOME/bio-mcp`, else `~/.local/share/bio-mcp`',
    }),
};

/** What settings depend on of the machine. */
export interface Machine {
  platform: NodeJS.Platform;
  homeDir: string;
  cores: number;
}

/** An absolute path. A leading `~/` is resolved here, because no shell reads a desktop client's settings. */
export function toDataDir(given: string | undefined, env: NodeJS.ProcessEnv, machine: Machine): string {
  if (given === undefined) return join(toPlatformDir(env, machine), 'bio-mcp');
  if (given === '~') return machine.homeDir;
  return resolve(given.replace(/^~(?=[/\\])/, machine.homeDir));
}

/** The user's own folder for sockets, by the same specification; `null`: there is none. */
export function readRuntimeDir(): string | null {
  const given = process.env.XDG_RUNTIME_DIR;
  return given !== undefined && isAbsolute(given) ? given : null;
}

/**
 * Where the platform keeps a user's data. The XDG base directory specification says to ignore relative paths.
 */
function toPlatformDir(env: NodeJS.ProcessEnv, { platform, homeDir }: Machine): string {
  if (env.XDG_DATA_HOME !== undefined && isAbsolute(env.XDG_DATA_HOME)) return env.XDG_DATA_HOME;
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support');
  if (platform === 'win32') return env.LOCALAPPDATA ?? join(homeDir, 'AppData', 'Local');
  return join(homeDir, '.local', 'share');
}
