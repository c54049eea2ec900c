import { execFile, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Program } from './catalogue.ts';

/**
 * What was started, so that it and nothing else is ended: a process id alone may belong to another
 * process by now.
 */
interface Started {
  pid: number;
  /** As `ps` tells it. */
  startedAt: string;
}

/** `ps` reckons the start from the time of day, and may tell it a second earlier or later the next time. */
const SAME_START_MS = 2_000;
const STOP_SECONDS = 15;
const POLL_MS = 100;

export function toLogPath(runFolder: string, name: string): string {
  return join(runFolder, `${name}.log`);
}

/**
 * Starts it apart from this process; what it says goes to its log. Resolves to the question whether
 * it still runs.
 */
export async function startProcess(
  { runFolder, name }: { runFolder: string; name: string },
  { command, args, env }: Program,
): Promise<() => boolean> {
  await mkdir(runFolder, { recursive: true });
  const log = openSync(toLogPath(runFolder, name), 'w');
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  let isRunning = true;
  child.once('error', () => {
    isRunning = false;
  });
  child.once('exit', () => {
    isRunning = false;
  });
  child.unref();
  if (child.pid !== undefined) {
    const startedAt = await findStart(child.pid);
    if (startedAt !== null) {
      const started: Started = { pid: child.pid, startedAt };
      await writeFile(toRecordPath(runFolder, name), JSON.stringify(started));
    }
  }
  return () => isRunning;
}

/** Resolves to whether there was one of ours. It has the time to end by itself, then it is killed. */
export async function stopProcess({
  runFolder,
  name,
}: {
  runFolder: string;
  name: string;
}): Promise<boolean> {
  const path = toRecordPath(runFolder, name);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return false;
  const { pid, startedAt }: Started = JSON.parse(text);
  const isOurs = async () => {
    const start = await findStart(pid);
    return start !== null && Math.abs(Date.parse(start) - Date.parse(startedAt)) <= SAME_START_MS;
  };
  const wasRunning = await isOurs();
  if (wasRunning) {
    process.kill(pid, 'SIGTERM');
    const deadline = Date.now() + STOP_SECONDS * 1_000;
    while (await isOurs()) {
      if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
      await delay(POLL_MS);
    }
  }
  await rm(path);
  return wasRunning;
}

function toRecordPath(runFolder: string, name: string): string {
  return join(runFolder, `${name}.json`);
}

/** `null` when no such process lives; one that has ended and waits for its parent does not. */
async function findStart(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    const [state = '', ...start] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? null : start.join(' ');
  } catch {
    return null; // what `ps` says with exit code 1
  }
}
