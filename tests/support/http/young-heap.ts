import { getHeapSpaceStatistics } from 'node:v8';
import { tuneHeapForRequests } from '../../../src/http/young-requests.ts';

/**
 * A process that keeps 3 MB of what it makes, as one does that starts; `tuned`: as one that answers requests.
 * It prints how many MB its young heap has then: both halves of it.
 */
const KEPT_BYTES = 3_000_000;
const OBJECT_BYTES = 24 + 16; // an object of one number, and its place in the list

if (process.argv[2] === 'tuned') tuneHeapForRequests();
const kept: { at: number }[] = [];
while (kept.length < KEPT_BYTES / OBJECT_BYTES) kept.push({ at: kept.length });
for (let at = 0; at < 1_000_000; at += 1) kept[at % 10] = { at }; // most of it is garbage at once
const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
process.stdout.write(String(Math.round((young?.space_size ?? 0) / 1_048_576)));
