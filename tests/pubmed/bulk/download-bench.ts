import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { startNlmFolderServer } from '../../support/pubmed/nlm-folder-server.ts';
import { makeClient, makeFolder, NEVER, named } from './bulk-client.ts';

export const PATH = 'updatefiles/pubmed26n1335.xml.gz';
export const NAME = 'pubmed26n1335.xml.gz';
export const bytes = randomBytes(300_000);

/** A server with one file, and a client that downloads it into a folder of its own. */
export async function setUp() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startNlmFolderServer());
  const folder = stack.use(await makeFolder());
  server.put(PATH, bytes);
  const { client, pauses } = makeClient();
  const connection = stack.use(client.open(named(server.url)));
  const file = { name: NAME, url: `${server.url}${PATH}` };
  const fractions: number[] = [];
  const download = async (signal = NEVER.signal, into = folder.path) => {
    const md5 = await connection.getMd5(file, { signal });
    const request = { md5, folder: into, onProgress: (fraction: number) => fractions.push(fraction) };
    return connection.download(file, request, { signal });
  };
  const asked = () => server.requests.filter(({ path }) => path === PATH);
  const all = stack.move();
  return {
    server,
    folder: folder.path,
    pauses,
    fractions,
    download,
    asked,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export async function fail(work: Promise<unknown>): Promise<BioMcpError> {
  const error = await work.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof BioMcpError, String(error));
  return error;
}
