import { checkSync } from 'recheck';
import type { Pattern } from './patterns.ts';

// The part in plain JavaScript: the others are programs for one platform, and not installed.
process.env.RECHECK_BACKEND = 'pure';

/** A search is judged by the steps it takes: a clock would call a pattern slow where the machine is. */
const BY_STEPS_ALONE = {
  seedingTimeout: null,
  incubationTimeout: null,
  attackTimeout: null,
  timeout: null,
} as const;

/** Whether the time that a pattern takes is linear in its text. */
export function checkPattern({ source, flags }: Pattern): 'safe' | 'vulnerable' | 'unknown' {
  return checkSync(source, flags, BY_STEPS_ALONE).status;
}
