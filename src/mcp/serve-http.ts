import type { FastifyInstance } from 'fastify';
import type { Caller } from '../domain/caller.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { holdScopes } from '../tools/hold-scopes.ts';
import { type CallLimits, limitCalls } from '../tools/limit-calls.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { tellOfJobs } from './changes.ts';
import { mcpRoute } from './http-route.ts';
import { createMcpServer } from './mcp-server.ts';
import { showCatalogue } from './show-catalogue.ts';
import type { ToolNaming } from './tool-names.ts';

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
  const { catalogue, limits, jobs, logger } = needs;
  const invoker = limitCalls(holdScopes(needs.invoker), { catalogue, limits });
  const shown = showCatalogue({ ...needs, invoker, follows: null, logsCalls: false });
  const { names, changes } = shown;
  const jobChanges = tellOfJobs(changes, jobs);
  app.addHook('onClose', async () => jobChanges[Symbol.dispose]());
  const server = { ...shown, wire: 'http', ending: app.lettingGo } as const;
  app.register(mcpRoute, {
    identity: shown.identity,
    tools: shown.tools,
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
