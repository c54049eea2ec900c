import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, isInitializeRequest, isLegacyRequest } from '@modelcontextprotocol/server';
import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../../../src/domain/clock.ts';
import { createBareApp } from '../../../../src/http/bare-app.ts';
import { refuseForeignHosts } from '../../../../src/http/plugins/allowed-hosts.ts';
import { addErrorAnswers } from '../../../../src/http/plugins/error-answers.ts';
import { guardRequests } from '../../../../src/http/plugins/guard.ts';
import { checkWithZod } from '../../../../src/http/route-schema.ts';
import { createChanges } from '../../../../src/mcp/changes.ts';
import { createMcpDesks } from '../../../../src/mcp/desks/create-desks.ts';
import { mcpRoute } from '../../../../src/mcp/http-route.ts';
import { toIdentity } from '../../../../src/mcp/instructions.ts';
import { createToolNames } from '../../../../src/mcp/tool-names.ts';
import { createCatalogue } from '../../../../src/tools/catalogue.ts';
import { createToolInvoker } from '../../../../src/tools/tool-invoker.ts';
import { TOOLS } from '../../../../src/tools/tools.ts';
import { createWorker } from '../../../../src/worker/worker.ts';
import { makeTestHome } from '../../corpus/test-corpus.ts';
import { silentLogger } from '../../telemetry/silent-logger.ts';
import { createSuiteServers } from './suite-server.ts';
import { SUITE_JOBS, TASKS_ONLY } from './suite-tasks.ts';

type CreateServer = ReturnType<typeof createSuiteServers>;

/**
 * Serves the conformance suite until SIGTERM: `stateless`, over the route that ships, or `sessions`, which
 * keeps sessions for the older era, because there a server can ask its client something only within one.
 * Prints its address.
 */
const mode = process.argv[2] === 'sessions' ? 'sessions' : 'stateless';
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const logger = silentLogger();
await using home = await makeTestHome({ engine: 'PGlite' });
await using corpus = await home.open();
const { services } = corpus;
const catalogue = createCatalogue([...TOOLS, ...SUITE_JOBS]);
const invoker = createToolInvoker({ catalogue, services, logger });
const worker = createWorker({
  catalogue,
  services,
  queue: services.jobs,
  clock: systemClock,
  logger,
  maxConcurrency: 20,
  toolLimits: {},
});
const working = worker.run({ signal: stop.signal });
const names = createToolNames(
  catalogue.list().map(({ name }) => name),
  'underscore',
);
const changes = createChanges();
const desks = createMcpDesks({ catalogue, names, invoker, changes, follows: null, logger, logsCalls: false });
const createServer = createSuiteServers({
  ...desks,
  identity: toIdentity('0.0.0'),
  instructions: 'For the conformance suite.',
  changes,
  wire: 'http',
  ending: stop.signal,
  onError: () => undefined,
});

const app = createBareApp({ logger, isGuarded: false, publicUrl: null, trustedProxies: [] });
app.decorate('lettingGo', stop.signal);
refuseForeignHosts(app, { hosts: [] });
guardRequests(app, { access: null, logger });
checkWithZod(app);
addErrorAnswers(app, { logger });
if (mode === 'sessions') serveWithSessions(app, createServer);
else {
  // What the suite's own rules decide does not go the short way.
  const findTool = (given: string) => {
    const name = TASKS_ONLY.has(given) ? null : names.find(given);
    return name === null ? null : catalogue.get(name);
  };
  const enterStream = () => ({ [Symbol.dispose]() {} });
  app.register(mcpRoute, {
    createServer,
    identity: toIdentity('0.0.0'),
    tools: desks.tools,
    changes,
    enterStream,
    findTool,
    logger,
  });
}
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
app.server.closeAllConnections();
await app.close();
await working;

function serveWithSessions(target: FastifyInstance, create: CreateServer): void {
  const modern = toNodeHandler(createMcpHandler(create, { legacy: 'reject' }));
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  target.all('/mcp', async ({ raw, body }, reply) => {
    reply.hijack();
    const request = raw as typeof raw & { method: string; url: string }; // of a request that was routed
    if (!(await isLegacyRequest(await toWebRequest(request, body)))) return modern(request, reply.raw, body);
    const id = raw.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (known === undefined && !isInitializeRequest(body)) {
      const status = id === undefined ? 400 : 404;
      reply.raw.writeHead(status, { 'content-type': 'application/json' });
      return reply.raw.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"No such session"}}');
    }
    const transport = known ?? (await openSession(create));
    return transport.handleRequest(raw, reply.raw, body);
  });

  async function openSession(createOne: CreateServer): Promise<NodeStreamableHTTPServerTransport> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await createOne({ era: 'legacy' }).connect(transport);
    return transport;
  }
}
