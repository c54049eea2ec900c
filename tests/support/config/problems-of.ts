import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/errors/config-error.ts';
import { TOOLS } from '../../../src/tools/tools.ts';

export const machine = { platform: 'linux', homeDir: '/home/ada', cores: 8 } as const;

/** What is said of the variables, all at once; none where they can be used. */
export function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    parseConfig(env, machine, TOOLS);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}
