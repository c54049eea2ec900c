import type { Writable } from 'node:stream';

/**
 * Where a command writes: the process's own stream, or what stands for it. Only a terminal is one
 * and has columns.
 */
export type Output = Writable & { isTTY?: boolean; columns?: number; fd?: number };
