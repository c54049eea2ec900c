/**
 * `node scripts/services.ts start`: PostgreSQL, an S3 store, SQS and Weaviate on loopback; prints the
 * environment that uses them. `stop` ends those that `start` started. `test-environment` prints `NAME=value
 * …` for the tests, of the servers that answer at this moment.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCode } from './services/build.ts';
import {
  ACCESS,
  ENVIRONMENT,
  REGION,
  SERVICES,
  type Service,
  TEST_ENVIRONMENT,
} from './services/catalogue.ts';
import { findReaders, provideReaders, READERS_VARIABLE } from './services/citation-readers.ts';
import {
  CHROMIUM,
  findDebianProgram,
  PGBOUNCER,
  PROMTOOL,
  provideDebianProgram,
} from './services/debian-program.ts';
import { findOldPostgres, OLD_POSTGRES_VARIABLE, provideOldPostgres } from './services/old-postgres.ts';
import { prepareServices } from './services/prepare.ts';
import { startProcess, stopProcess, toLogPath } from './services/processes.ts';
import { ServiceError, say } from './services/service-error.ts';

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bio-mcp', 'services');
const RUN = join(CACHE, 'run');
/** Names the services that came by Docker. */
const COMPOSED = join(RUN, 'composed.json');
const COMPOSE = ['compose', '--file', join(import.meta.dirname, '..', 'compose.yaml')];
const START_SECONDS = 60;
const POLL_MS = 200;

const commands: Readonly<Record<string, () => Promise<void>>> = {
  start,
  stop,
  'test-environment': printTests,
};
const [name = ''] = process.argv.slice(2);
const command = commands[name];
try {
  if (command === undefined)
    throw new ServiceError(`usage: services.ts ${Object.keys(commands).join(' | ')}`);
  await command();
} catch (error) {
  if (!(error instanceof ServiceError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const missing: Service[] = [];
  for (const service of SERVICES) {
    if (!(await isPortOpen(service.port))) {
      missing.push(service);
      continue;
    }
    say(`${service.name} answers on port ${service.port} already`);
    await waitUntilReady(service, () => true).catch(() => {
      throw new ServiceError(
        `what answers on port ${service.port} is no ${service.name}, or one that does not come up: stop it first.`,
      );
    });
  }
  if (missing.length > 0) {
    if ((await exitCode('docker', ['info'], {}, 'ignore').catch(() => null)) === 0) await compose(missing);
    else await Promise.all((await provideAll(missing)).map((begin) => begin()));
  }
  await Promise.all(SERVICES.map((service) => waitUntilReady(service, () => true)));
  await prepareServices();
  await provideDebianProgram(PGBOUNCER, CACHE);
  await provideDebianProgram(PROMTOOL, CACHE);
  await provideDebianProgram(CHROMIUM, CACHE);
  const fetched = {
    [READERS_VARIABLE]: await provideReaders(CACHE),
    [OLD_POSTGRES_VARIABLE]: await provideOldPostgres(CACHE),
  };
  const tests = Object.assign(fetched, ...Object.values(TEST_ENVIRONMENT));
  const lines = Object.entries({ ...ENVIRONMENT, ...tests });
  for (const [variable, value] of lines) console.log(`export ${variable}='${value}'`);
}

/** Built one after the other, since each build takes every core there is; begun side by side. */
async function provideAll(services: readonly Service[]): Promise<(() => Promise<void>)[]> {
  const begins: (() => Promise<void>)[] = [];
  for (const service of services) {
    const data = join(CACHE, 'data', service.name);
    const program = await service.provide({ cache: CACHE, data });
    begins.push(async () => {
      await mkdir(data, { recursive: true });
      say(`starting ${service.name} on port ${service.port}`);
      const isRunning = await startProcess({ runFolder: RUN, name: service.name }, program);
      await waitUntilReady(service, isRunning);
    });
  }
  return begins;
}

async function compose(services: readonly Service[]): Promise<void> {
  const names = services.map((service) => service.name);
  say(`starting ${names.join(', ')} with Docker`);
  await mkdir(RUN, { recursive: true });
  await writeFile(COMPOSED, JSON.stringify([...new Set([...(await readComposed()), ...names])]));
  const code = await exitCode('docker', [...COMPOSE, 'up', '--detach', ...names], {}, 'inherit');
  if (code !== 0) throw new ServiceError('docker compose did not succeed, see above.');
}

async function stop(): Promise<void> {
  for (const service of SERVICES) {
    if (await stopProcess({ runFolder: RUN, name: service.name })) say(`stopped ${service.name}`);
  }
  const names = await readComposed();
  if (names.length === 0) return;
  say(`stopping ${names.join(', ')} with Docker`);
  const code = await exitCode('docker', [...COMPOSE, 'rm', '--stop', '--force', ...names], {}, 'inherit');
  if (code !== 0) throw new ServiceError('docker compose did not succeed, see above.');
  await rm(COMPOSED);
}

async function printTests(): Promise<void> {
  const answering = await Promise.all(SERVICES.map((service) => isReady(service)));
  const variables = Object.assign(
    {},
    ...SERVICES.filter((_, index) => answering[index]).map((service) => TEST_ENVIRONMENT[service.name]),
  );
  if (Object.keys(variables).length === 0) return;
  const pgbouncer = await findDebianProgram(PGBOUNCER, CACHE);
  if (pgbouncer !== null) variables.TEST_PGBOUNCER = pgbouncer;
  const promtool = await findDebianProgram(PROMTOOL, CACHE);
  if (promtool !== null) variables.TEST_PROMTOOL = promtool;
  const chromium = await findDebianProgram(CHROMIUM, CACHE);
  if (chromium !== null) variables.TEST_CHROMIUM = chromium;
  const access = {
    AWS_ACCESS_KEY_ID: ACCESS.user,
    AWS_SECRET_ACCESS_KEY: ACCESS.password,
    AWS_REGION: REGION,
  };
  const fetched = {
    [READERS_VARIABLE]: await findReaders(CACHE),
    [OLD_POSTGRES_VARIABLE]: await findOldPostgres(CACHE),
  };
  const words = Object.entries({ ...access, ...variables, ...fetched })
    .filter(([, value]) => value !== null)
    .map(([variable, value]) => `${variable}=${value}`);
  console.log(words.join(' '));
}

async function readComposed(): Promise<string[]> {
  const text = await readFile(COMPOSED, 'utf8').catch(() => '[]');
  return JSON.parse(text);
}

async function waitUntilReady(service: Service, isRunning: () => boolean): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1_000;
  while (!(await isReady(service))) {
    if (!isRunning() || Date.now() > deadline) {
      throw new ServiceError(
        `${service.name} did not come up on port ${service.port}: its log is ${toLogPath(RUN, service.name)}.`,
      );
    }
    await delay(POLL_MS);
  }
}

async function isReady({ port, readyUrl }: Service): Promise<boolean> {
  if (readyUrl === null) return isPortOpen(port);
  return fetch(readyUrl, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

function isPortOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
