import { linkSync, renameSync, rmSync } from 'node:fs';
import type { Archive } from '../../../src/archive/archive.ts';
import { openFileArchive } from '../../../src/archive/files/file-archive.ts';
import { createFileOperations } from '../../../src/archive/files/file-operations.ts';
import type { FileThread } from '../../../src/archive/files/file-thread.ts';
import { openS3Archive } from '../../../src/archive/s3/s3-archive.ts';
import type { TestBucket } from '../../support/services/s3-buckets.ts';
import type { KillSwitch } from './kill-switch.ts';

export const PREFIX = 'pubmed';

/** The file archive on this thread: each link, rename and removal is a point at which it may be killed. */
export function openKillableFiles(
  { folder, fsync }: { folder: string; fsync: boolean },
  kill: KillSwitch,
): Promise<Archive> {
  return openFileArchive({ folder, fsync }, (settings): FileThread => {
    const operations = createFileOperations(settings, {
      link: kill.around('link', linkSync),
      rename: kill.around('rename', renameSync),
      remove: kill.around('removal', (path) => rmSync(path, { force: true })),
    });
    return {
      async call(name, input, { signal }) {
        signal.throwIfAborted();
        return operations[name](input, () => signal.throwIfAborted());
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  });
}

/** Each request that changes the bucket is such a point. */
export function openKillableBucket({ name, s3 }: TestBucket, kill: KillSwitch): Archive {
  const { client, sdk } = s3;
  const send = async (...args: Parameters<typeof client.send>): Promise<unknown> => {
    const [command] = args;
    const point = command.constructor.name.replace('Command', '');
    const isChange = command instanceof sdk.PutObjectCommand || command instanceof sdk.DeleteObjectCommand;
    if (isChange) kill.pass(`before ${point}`);
    const answer = await client.send(...args);
    if (isChange) kill.pass(`after ${point}`);
    return answer;
  };
  const killable = new Proxy(client, {
    get: (_, key) => (key === 'send' ? send : Reflect.get(client, key, client)),
  });
  const access = { sdk, client: killable, [Symbol.dispose]: () => undefined }; // the bucket's own goes on
  return openS3Archive({ s3: access, bucket: name, prefix: PREFIX, kmsKeyId: null });
}
