import { availableParallelism, homedir } from 'node:os';
import type { Machine } from './data-dir.ts';

/** What the defaults depend on. */
export function findMachine(): Machine {
  return { platform: process.platform, homeDir: homedir(), cores: availableParallelism() };
}

/** The variables this process was started with. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
