/**
 * A process that logs so many lines like a service, then ends as it is told. Usage:
 * node logging-process.ts HOW LINES [told]
 * where `told` waits for a first byte of stdin after the first line.
 */
import { readSync, writeSync } from 'node:fs';
import { createPinoLogger } from '../../../src/telemetry/pino-logger.ts';

const [how = '', lines, start] = process.argv.slice(2);
let dropped = 0;
const logger = createPinoLogger({
  level: 'info',
  service: 'test',
  destination: 'stdout',
  gathers: true,
  onDropped(count) {
    dropped += count;
  },
});
const at = Number(lines);

const ENDS: Readonly<Record<string, () => void>> = {
  // Its last line is the one of the order to end.
  sigterm() {
    const waiting = setInterval(() => undefined, 1_000);
    process.on('SIGTERM', () => {
      logger.info({ at }, 'stopping');
      clearInterval(waiting);
    });
    process.kill(process.pid, 'SIGTERM');
  },
  exit: () => process.exit(3),
  crash: () => void setImmediate(() => JSON.parse('no JSON')),
  reject: () => void Promise.reject(new Error('nobody listens')),
  // What is not out by now never comes: nothing of the process runs again.
  warning() {
    logger.warn({ at }, 'look');
    standStill();
  },
  error() {
    logger.error({ at, err: new Error('told') }, 'failed');
    standStill();
  },
  audit() {
    logger.info({ at, audit: 'refused' }, 'audit');
    standStill();
  },
  // It lives on, and logs nothing more.
  wait: () => void setInterval(() => undefined, 1_000),
  // It tells that it is through, and ends with one line more when it is told so.
  'told to end'() {
    writeSync(2, `${dropped}\n`);
    process.stdin.once('data', () => {
      logger.info({ at }, 'stopping');
      process.exit(0);
    });
  },
};

const log = (each: number) => logger.info({ at: each, path: '/v1/mcp/invoke' }, 'request');
log(0);
if (start === 'told') {
  writeSync(2, 'ready\n');
  readSync(0, Buffer.alloc(1));
}
for (let each = 1; each < at; each += 1) log(each);
ENDS[how]?.();

function standStill(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
