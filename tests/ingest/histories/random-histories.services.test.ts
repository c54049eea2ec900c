import { makeTestBucket, setVersioning, skipWithoutS3 } from '../../support/services/s3-buckets.ts';
import { describeHistories, HISTORIES } from './describe-histories.ts';

describeHistories('random histories on S3', {
  count: Math.ceil(HISTORIES / 5),
  buckets: { make: () => makeTestBucket({ versioned: false }), setVersioning },
  skip: skipWithoutS3,
});
