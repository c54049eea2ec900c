import { describeHistories, HISTORIES } from './describe-histories.ts';

/** The others have their archive in a bucket. */
const count = HISTORIES - Math.floor(HISTORIES / 5);
describeHistories('random histories on files', { count, buckets: null, skip: false });
