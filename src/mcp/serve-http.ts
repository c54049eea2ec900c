import type { FastifyInstance } from 'fastify';
import type { Caller } from '../domain/caller.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { holdScopes } from '../tools/hold-scopes.ts';
import { type CallLimits, limitCalls } from '../tools/limit-calls.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { createChanges, tellOfJobs } from './changes.ts';
import { createMcpDesks } from './desks/create-desks.ts';
import { mcpRoute } from './http-route.ts';
import { toIdentity, toInstructions } from './instructions.ts';
import { createMcpServer } from './mcp-server.ts';
import { createToolNames, type ToolNaming } from './tool-names.ts';

export interface ServeMcpHttpNeeds {
  catalogue: Catalogue<never>;
  invoker: ToolInvoker;
  naming: ToolNaming;
  /** The same that the other routes of the app count with. */
  limits: CallLimits & { enterStream(by: Caller | null): Disposable };
  /** Tells clients that listen of syncs and loads, of other processes too. */
  jobs: Pick<JobQueue, 'subscribe'>;
  version: string;
  logger: Logger;
}

/** Adds `/mcp` to an app that does not listen yet. */
export function serveMcpHttp(app: FastifyInstance, needs: ServeMcpHttpNeeds): void {
  const { catalogue, naming, limits, jobs, version, logger } = needs;
  const invoker = limitCalls(holdScopes(needs.invoker), { catalogue, limits });
  const names = createToolNames(
    catalogue.list().map(({ name }) => name),
    naming,
  );
  const changes = createChanges();
  const desks = createMcpDesks({
    catalogue,
    names,
    invoker,
    changes,
    follows: null,
    logger,
    logsCalls: false,
  });
  const jobChanges = tellOfJobs(changes, jobs);
  app.addHook('onClose', async () => jobChanges[Symbol.dispose]());
  const server = {
    ...desks,
    identity: toIdentity(version),
    instructions: names.rename(toInstructions(catalogue)),
    changes,
    wire: 'http',
    ending: app.lettingGo,
    onError: (error: unknown) => logger.debug({ err: error }, 'a message could not be served'),
  } as const;
  app.register(mcpRoute, {
    identity: server.identity,
    tools: desks.tools,
    createServer: ({ era }: { era: 'legacy' | 'modern' }) => createMcpServer({ ...server, era }),
    changes,
    enterStream: limits.enterStream,
    findTool: (given) => {
      const name = names.find(given);
      return name === null ? null : catalogue.get(name);
    },
    logger,
  });
}
