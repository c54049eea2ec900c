import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSampleRecords } from '../../bench/sample-file.ts';
import { startNcbiStandIn } from '../../tests/support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { type Container, runContainer } from '../image/container.ts';
import { ask, untilReady } from '../walk/ask.ts';
import { expect, say } from './report.ts';

const PORT = 18_070;

/**
 * The embedded form, `serve`, in one container: docs/http.md's story, an orderly end, and the same corpus at
 * a second start.
 */
export async function playEmbedded(image: string): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'bio-mcp-embedded-'));
  const records = (await readSampleRecords()).map((bytes) => bytes.toString('utf8'));
  await using ncbi = await startNcbiStandIn({ records, limits: false });
  const env = {
    BIO_MCP_HTTP_HOST: '127.0.0.1',
    BIO_MCP_HTTP_PORT: String(PORT),
    BIO_MCP_PUBMED_EMAIL: 'rehearsal@example.org',
    BIO_MCP_PUBMED_BASE_URL: ncbi.url,
  };
  try {
    await live(runContainer(image, { data, env, args: ['serve'] }), playStory);
    await live(runContainer(image, { data, env, args: ['serve'] }), findAgain);
  } finally {
    await rm(data, { recursive: true });
  }
}

/** From its start to its end by SIGTERM. */
async function live(container: Container, play: () => Promise<void>): Promise<void> {
  try {
    const readyMs = await untilReady(PORT);
    say(`serve: ready ${readyMs} ms after its start (wanted: below 3,000 on a quiet machine)`);
    const { code, output } = container.healthcheck();
    expect(code === 0, `the health check ends with ${code} ${output}`);
    await play();
    const toldAt = performance.now();
    container.kill('SIGTERM');
    const [exitCode] = await once(container.process, 'exit');
    expect(
      exitCode === 0,
      `SIGTERM: ended with ${exitCode} after ${Math.round(performance.now() - toldAt)} ms`,
    );
  } finally {
    if (container.errors() !== '') say(`on stderr: ${container.errors()}`);
    container.remove();
  }
}

async function playStory(): Promise<void> {
  const post = { tool: 'pubmed.sync', params: { term: 'patients' }, idempotency_key: 'patients-1' };
  const posted = await ask(PORT, 'POST', '/v1/jobs', post);
  const { job_id: jobId } = posted.body as { job_id: string };
  expect(posted.status === 202, `POST /v1/jobs: ${posted.status}, job ${jobId}`);
  const events = await fetch(`http://127.0.0.1:${PORT}/v1/jobs/${jobId}/events`);
  const told = await events.text();
  expect(
    told.includes('"state":"succeeded"'),
    `its events end with: ${told.includes('"state":"succeeded"') ? 'succeeded' : told.slice(-300)}`,
  );
  const again = await ask(PORT, 'POST', '/v1/jobs', post);
  expect((again.body as { deduplicated: boolean }).deduplicated, 'the same post again gives the same job');
  const conflict = await ask(PORT, 'POST', '/v1/jobs', { ...post, params: { term: 'mice' } });
  expect(
    conflict.status === 409,
    `with other parameters: ${conflict.status} ${(conflict.body as { error_code: string }).error_code}`,
  );
  await findAgain();
  for (const path of ['/openapi.json', '/docs', '/metrics']) {
    const { status } = await ask(PORT, 'GET', path);
    expect(status === 200, `GET ${path}: ${status}`);
  }
}

async function findAgain(): Promise<void> {
  const params = { query: 'metformin in patients with diabetes', top_k: 3 };
  const { body } = await ask(PORT, 'POST', '/v1/mcp/invoke', { tool: 'rag.search', params });
  const { documents = [] } =
    (body as { result?: { documents: { doc_id: string; title: string }[] } }).result ?? {};
  expect(documents.length > 0, `rag.search: ${documents[0]?.doc_id} "${documents[0]?.title}"`);
}
