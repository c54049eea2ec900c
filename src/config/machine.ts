import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import type { Machine } from './data-dir.ts';

/** What the defaults depend on. */
export function findMachine(): Machine {
  return { platform: process.platform, homeDir: homedir(), cores: availableParallelism() };
}

/** With fewer a command fails anywhere: with 100 no table is made, with 64 it never ends. */
const LEAST_OPEN_FILES = 128;

/** What is wrong with the limits of this process; `null`: nothing, or the system does not tell them. */
export function findLimitProblem(limits: string = readLimits()): string | null {
  const most = /^Max open files +(\d+)/m.exec(limits)?.[1];
  if (most === undefined || Number(most) >= LEAST_OPEN_FILES) return null;
  return `This process may open only ${most} files: raise the limit (\`ulimit -n\`, LimitNOFILE of systemd) to 1024 or more.`;
}

/** Linux's own table, of which Node tells nothing; other systems have none. */
const LIMITS = '/proc/self/limits';

function readLimits(): string {
  return existsSync(LIMITS) ? readFileSync(LIMITS, 'utf8') : '';
}

/** The variables this process was started with. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
