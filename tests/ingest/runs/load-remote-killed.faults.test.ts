import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { untilPartHolds } from '../../support/corpus/part-file.ts';
import { dumpContent, makeTestHome } from '../../support/corpus/test-corpus.ts';
import { runCli, startCli } from '../../support/processes/child-process.ts';
import { startNlmFolderServer } from '../../support/pubmed/nlm-folder-server.ts';

const FIXTURES = `${import.meta.dirname}/../../fixtures/nlm-files`;
const NAMES = ['pubmed26n1334.xml.gz', 'pubmed26n1335.xml.gz'];
const SECOND = 'updatefiles/pubmed26n1335.xml.gz';
const SENT = 40_000;

test('a download that is killed goes on where it was, and the corpus is as if nothing had happened', async (t) => {
  await using server = await startNlmFolderServer();
  const settings = { BIO_MCP_LOAD_BASE_URL: server.url };
  await using home = await makeTestHome({ engine: 'PGlite', settings });
  for (const name of NAMES) server.put(`updatefiles/${name}`, await readFile(join(FIXTURES, name)));
  server.fail(SECOND, { kind: 'hang', after: SENT });

  const { child, finished } = startCli(['load', 'updatefiles'], home);
  await Promise.race([
    untilPartHolds(join(home.dataDir, 'downloads'), { name: '1335.xml.gz', bytes: SENT }, t.signal),
    finished.then(({ stderr }) => assert.fail(stderr)),
  ]);
  child.kill('SIGKILL');
  assert.equal((await finished).signal, 'SIGKILL');

  const again = await runCli(['load', 'updatefiles'], home);
  assert.equal(again.code, 0, again.stderr);
  const asked = server.requests.filter(({ path }) => path === SECOND);
  assert.deepEqual(
    asked.map(({ range, status }) => [range, status]),
    [
      [null, 200],
      [`bytes=${SENT}-`, 206],
    ],
  );
  assert.deepEqual(await readdir(join(home.dataDir, 'downloads')), []);

  const third = await runCli(['load', 'updatefiles'], home);
  assert.match(third.stdout, /Every file was loaded before: nothing to do\./);

  await using undisturbed = await makeTestHome({ engine: 'PGlite' });
  const whole = await runCli(['load', ...NAMES.map((name) => join(FIXTURES, name))], undisturbed);
  assert.equal(whole.code, 0, whole.stderr);
  assert.deepEqual(await dumpContent(home), await dumpContent(undisturbed));
});
