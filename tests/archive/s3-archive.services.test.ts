import { openS3Archive } from '../../src/archive/s3/s3-archive.ts';
import { describeArchive } from '../conformance/archive.ts';
import { KMS_KEY, makeTestBucket, skipWithoutS3 } from '../support/services/s3-buckets.ts';

const FORMS = [
  { name: 'S3 with versions', versioned: true, kmsKeyId: null },
  { name: 'S3 with versions and a KMS key', versioned: true, kmsKeyId: KMS_KEY },
  { name: 'S3 without versions', versioned: false, kmsKeyId: null },
];

for (const { name, versioned, kmsKeyId } of FORMS) {
  describeArchive(
    name,
    async () => {
      const bucket = await makeTestBucket({ versioned });
      const { s3 } = bucket;
      const archive = openS3Archive({ s3, bucket: bucket.name, prefix: 'pubmed', kmsKeyId });
      return {
        archive,
        damage: null,
        keepsEarlierAsKey: !versioned,
        // The client is the bucket's, which still has to be emptied.
        [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose](),
      };
    },
    { skip: skipWithoutS3 },
  );
}
