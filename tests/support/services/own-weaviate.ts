import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '../../../scripts/services/catalogue.ts';
import type { WeaviateServer } from '../../../src/search/weaviate/weaviate-connection.ts';
import { endWithTest } from '../awaited.ts';

export interface OwnWeaviateOptions {
  /** Where it keeps everything; the caller's. */
  folder: string;
  /** Beside those that every Weaviate of the tests has. */
  env: Record<string, string>;
}

export interface OwnWeaviate extends AsyncDisposable {
  server: WeaviateServer;
  /** By collection, how its shards stand: `READY`, `READONLY`. */
  listShards(): Promise<Shard[]>;
  /** As an operator does once there is space again. */
  setReady(shard: Shard): Promise<void>;
  /** Ends it as a power cut would. */
  stop(): Promise<void>;
  /** With the same folder and ports, after `stop`. */
  start(): Promise<void>;
}

export interface Shard {
  collection: string;
  name: string;
  status: string;
}

const START_MS = 120_000;
const POLL_MS = 100;

/** A Weaviate that one test may harm, on ports of its own; disposing it kills it. */
export async function startOwnWeaviate({ folder, env }: OwnWeaviateOptions): Promise<OwnWeaviate> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bio-mcp', 'services');
  const service = SERVICES.find(({ name }) => name === 'weaviate');
  if (service === undefined) throw new Error('the catalogue of services has no weaviate');
  const program = await service.provide({ cache, data: folder });
  const [port, grpc, gossip, data, raft, rpc] = await findFreePorts(6);
  const logFolder = await mkdtemp(join(tmpdir(), 'bio-mcp-weaviate-'));
  const log = join(logFolder, 'log');
  const server = { url: `http://127.0.0.1:${port}`, grpcUrl: `http://127.0.0.1:${grpc}`, apiKey: null };
  /** Of the test that has it, whichever part of that starts it again. */
  const lifetime = getTestContext()?.signal;
  let running: { child: ChildProcess; ended: Promise<unknown> } | null = null;

  async function stop(): Promise<void> {
    if (running === null) return;
    const { child, ended } = running;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
    running = null;
  }

  async function start(): Promise<void> {
    const child = spawn(
      program.command,
      ['--host', '127.0.0.1', '--port', String(port), '--scheme', 'http'],
      {
        env: {
          PATH: process.env.PATH,
          ...program.env,
          PERSISTENCE_DATA_PATH: folder,
          GRPC_PORT: String(grpc),
          CLUSTER_GOSSIP_BIND_PORT: String(gossip),
          CLUSTER_DATA_BIND_PORT: String(data),
          RAFT_PORT: String(raft),
          RAFT_INTERNAL_RPC_PORT: String(rpc),
          RAFT_JOIN: `node1:${raft}`,
          GO_PROFILING_DISABLE: 'true',
          ...env,
        },
        stdio: ['ignore', 'ignore', openSync(log, 'w')],
      },
    );
    endWithTest(child, lifetime);
    running = { child, ended: once(child, 'exit') };
    const deadline = AbortSignal.timeout(START_MS);
    while (!(await isReady(server.url))) {
      if (!deadline.aborted && child.exitCode === null) {
        await delay(POLL_MS);
        continue;
      }
      const said = await readFile(log, 'utf8');
      await stop();
      throw new Error(`Weaviate did not come up: ${said.slice(-2_000)}`);
    }
  }

  await start();
  return {
    server,
    async listShards() {
      const answer = await fetch(`${server.url}/v1/schema`);
      const { classes } = (await answer.json()) as { classes: { class: string }[] };
      const lists = classes.map(async ({ class: collection }) => {
        const shards = await fetch(`${server.url}/v1/schema/${collection}/shards`);
        const found = (await shards.json()) as Omit<Shard, 'collection'>[];
        return found.map(({ name, status }) => ({ collection, name, status }));
      });
      return (await Promise.all(lists)).flat();
    },
    async setReady({ collection, name }) {
      const response = await fetch(`${server.url}/v1/schema/${collection}/shards/${name}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: '{"status":"READY"}',
      });
      if (!response.ok) throw new Error(`Weaviate answered ${response.status}: ${await response.text()}`);
    },
    stop,
    start,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(logFolder, { recursive: true });
    },
  };
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/v1/.well-known/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** All of them held until the last is known, so that they differ. */
async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no free port');
    ports.push(address.port);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}
