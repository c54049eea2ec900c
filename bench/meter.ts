import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** `node bench/meter.ts COMMAND…`: runs it, its own output on stderr, and prints what it took as JSON. */
const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error('usage: node bench/meter.ts COMMAND…');

const SAMPLE_EVERY_MS = 50;
const startedAt = performance.now();
const child = spawn(command, args, { stdio: ['ignore', 2, 2] });
let peakKilobytes = 0;
const sampling = setInterval(() => {
  peakKilobytes = Math.max(peakKilobytes, readPeak(child.pid));
}, SAMPLE_EVERY_MS);
const exitCode = await new Promise((resolve) => child.once('exit', resolve));
clearInterval(sampling);
if (exitCode !== 0) throw new Error(`${command} ended with ${String(exitCode)}`);

const seconds = (performance.now() - startedAt) / 1000;
console.log(
  JSON.stringify({ seconds, cpuSeconds: readChildrenCpu(), peakMegabytes: Math.round(peakKilobytes / 1024) }),
);

/** The high-water mark that Linux keeps for the process; 0 elsewhere. */
function readPeak(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/**
 * User and system time of the children that have ended (`man 5 proc_pid_stat`, fields 16 and 17,
 * 100 a second).
 */
function readChildrenCpu(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
