import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { startHeldGate } from '../support/network/held-gate.ts';
import { runCommand, startCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';

const MORTAL = new URL('../support/corpus/mortal-threads.ts', import.meta.url).href;
const records = [1, 2, 3].map((pmid) => articleXml({ pmid, title: 'Of wombats.' }));

test('a thread of the database that dies is replaced once, then the process ends and the next owner goes on', async () => {
  await using ncbi = await startNcbiStandIn({ records, limits: false });
  await using gate = await startHeldGate({ before: ncbi.url });
  const settings = { BIO_MCP_PUBMED_BASE_URL: gate.url, BIO_MCP_JOBS_LEASE_SECONDS: '3' };
  await using home = await makeTestHome({ engine: 'PGlite', settings });
  await using service = await startService({ ...home.env, NODE_OPTIONS: `--import ${MORTAL}` }, 'serve');
  await using sync = startCommand(home.env, 'sync', 'all[sb]', '--json');
  await gate.reached;

  service.process.child.kill('SIGUSR2');
  await service.process.says('the embedded database broke off and was opened again');
  await service.probeUntil(({ status }) => status === 200);
  assert.equal((await service.invoke('corpus.status', {})).status, 200);

  service.process.child.kill('SIGUSR2');
  const { code, stderr } = await service.process.ended;
  assert.equal(code, 1);
  assert.match(stderr, /^bio-mcp: The embedded database broke off, .* the process ends/m);

  // The job goes on where the command, which waited for it, is the next owner.
  gate.open();
  const { stdout, ...end } = await sync.ended;
  assert.equal(end.code, 0, stdout + end.stderr);
  assert.equal(JSON.parse(stdout).indexed, records.length);
  assert.equal((await runCommand(home.env, 'status')).code, 0);
});
