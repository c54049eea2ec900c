import { claimFolder, toInUse } from '../../src/ownership/folder-lock.ts';

/** As a command owns a folder that it would not share: throws the sentence that names the living owner. */
export async function lockFolder({
  folder,
  name,
}: {
  folder: string;
  name: string;
}): Promise<AsyncDisposable> {
  const claim = await claimFolder({
    folder,
    name,
    role: 'guest',
    onConnection: (socket) => socket.destroy(),
  });
  if (claim.kind === 'taken') throw toInUse(claim.owner);
  return claim.lock;
}
