import { readFile, writeFile } from 'node:fs/promises';
import { openFileArchive } from '../../src/archive/files/file-archive.ts';
import { describeArchive } from '../conformance/archive.ts';
import { makeTestFolder } from './sealed-record.ts';

for (const fsync of [false, true]) {
  describeArchive(`files${fsync ? ' with fsync' : ''}`, async () => {
    const folder = await makeTestFolder();
    const archive = await openFileArchive({ folder: folder.path, fsync });
    return {
      archive,
      keepsEarlierAsKey: true,
      async damage(uri) {
        const path = new URL(uri);
        const body = await readFile(path);
        await writeFile(path, body.subarray(0, body.length - 1));
      },
      async [Symbol.asyncDispose]() {
        await archive[Symbol.asyncDispose]();
        await folder[Symbol.asyncDispose]();
      },
    };
  });
}
