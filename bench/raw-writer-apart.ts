/**
 * `prepareRaw` in a thread or process of its own, which begins to write once it is told to. Its arguments:
 * what to write, as JSON, and the nice level.
 */
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { connect } from '@lancedb/lancedb';
import { prepareRaw, type RawWriting } from './raw-writer.ts';

const [, , writing = '', niceness = '0'] = process.argv;
// Of this thread, and of those that LanceDB begins from it.
if (parentPort === null) setPriority(0, Number(niceness));
const asked = JSON.parse(writing) as RawWriting;
const post = (message: unknown) =>
  parentPort === null ? process.send?.(message) : parentPort.postMessage(message);
const table = await (await connect(asked.folder)).openTable('chunks');
const write = await prepareRaw(table, asked);
const told = parentPort === null ? once(process, 'message') : once(parentPort, 'message');
post('ready');
await told;
await write(post);
process.exit(0);
