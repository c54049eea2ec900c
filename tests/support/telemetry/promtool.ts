import { spawnSync } from 'node:child_process';
import { orRequired } from '../required.ts';

const PROGRAM = process.env.TEST_PROMTOOL || '/usr/bin/promtool';

/** Why there is no `promtool` here; `false` where there is. For a test's `skip`. */
export function whyNoPromtool(): string | false {
  const { status } = spawnSync(PROGRAM, ['--version']);
  return status === 0 ? false : orRequired(`${PROGRAM} is not there: run \`make services\` before the test`);
}

/** What `promtool` says with these words, and whether it found nothing wrong. */
export function promtool(words: readonly string[], input = ''): { isGood: boolean; said: string } {
  const { status, stdout, stderr } = spawnSync(PROGRAM, words, { input, encoding: 'utf8' });
  return { isGood: status === 0, said: `${stdout}${stderr}` };
}
