import type { McpRequestContext, Server, ServerContext } from '@modelcontextprotocol/server';
import { requireTasks } from '../../../../src/mcp/desks/job-task.ts';
import { type Exchange, toExchange } from '../../../../src/mcp/exchange.ts';
import { createMcpServer, type McpServerOptions } from '../../../../src/mcp/mcp-server.ts';
import { findSuitePrompt, SUITE_PROMPTS } from './suite-prompts.ts';
import { readSuiteResource, SUITE_RESOURCES, SUITE_TEMPLATES } from './suite-resources.ts';
import { createSuiteTasks, TASKS_ONLY } from './suite-tasks.ts';
import { SUITE_TOOLS } from './suite-tools.ts';

/**
 * The server as it ships, with the conformance suite's own tools, resources and prompts beside ours. The
 * program knows nothing of it: this file is not part of it.
 */
export function createSuiteServers(options: Omit<McpServerOptions, 'era'>) {
  const { tools, resources, prompts, wire, ending, onError } = options;
  const suiteTasks = createSuiteTasks(options.tasks);

  return ({ era }: Pick<McpRequestContext, 'era'>): Server => {
    const server = createMcpServer({ ...options, tasks: suiteTasks.desk, era });
    const enter = (context: ServerContext): Exchange => toExchange(context, { era, wire, ending, onError });
    server.setRequestHandler('tools/list', () => ({
      tools: [...tools.list(), ...[...SUITE_TOOLS.values()].map(({ tool }) => tool), ...suiteTasks.tools],
    }));
    server.setRequestHandler('tools/call', async ({ params }, context) => {
      const { name, arguments: given = {} } = params;
      const exchange = enter(context);
      if (TASKS_ONLY.has(name)) requireTasks(exchange);
      const suiteTool = SUITE_TOOLS.get(name);
      if (suiteTool !== undefined) return suiteTool.run(context, given);
      return suiteTasks.call(name, given, context) ?? tools.call({ name, params: given }, exchange);
    });
    server.setRequestHandler('resources/list', () => ({
      resources: [...resources.list(), ...SUITE_RESOURCES],
    }));
    server.setRequestHandler('resources/templates/list', () => ({
      resourceTemplates: [...resources.listTemplates(), ...SUITE_TEMPLATES],
    }));
    server.setRequestHandler(
      'resources/read',
      async ({ params: { uri } }, context) => readSuiteResource(uri) ?? resources.read(uri, enter(context)),
    );
    server.setRequestHandler('prompts/list', () => ({ prompts: [...prompts.list(), ...SUITE_PROMPTS] }));
    server.setRequestHandler('prompts/get', async ({ params: { name, arguments: given = {} } }, context) => {
      const write = findSuitePrompt(name);
      return write === null ? prompts.get({ name, given }, enter(context)) : write(given, context);
    });
    server.setRequestHandler('completion/complete', () => ({
      completion: { values: ['paris', 'park', 'party'] },
    }));
    if (era === 'legacy') addSessionFeatures(server);
    return server;
  };
}

/** What the older era needs sessions for; as it ships, the server declares none of it over HTTP. */
function addSessionFeatures(server: Server): void {
  server.registerCapabilities({ logging: {}, resources: { subscribe: true } });
  server.setRequestHandler('resources/subscribe', () => ({}));
  server.setRequestHandler('resources/unsubscribe', () => ({}));
}
