import {
  type Implementation,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { cutText } from '../domain/cut-text.ts';
import type { Changes } from './changes.ts';
import type { Completion } from './desks/completion.ts';
import { requireTasks, type TaskDesk } from './desks/job-task.ts';
import type { PromptDesk } from './desks/prompt-desk.ts';
import type { ResourceDesk } from './desks/resource-desk.ts';
import type { ToolDesk } from './desks/tool-desk.ts';
import { type Era, type Exchange, TASKS_EXTENSION, toExchange, type Wire } from './exchange.ts';
import { ProtocolServer } from './protocol-server.ts';
import type { Watch } from './watch.ts';

/** What answers behind the protocol; one of each for all connections. */
export interface McpDesks {
  tools: ToolDesk;
  tasks: TaskDesk;
  resources: ResourceDesk;
  prompts: PromptDesk;
}

export interface McpServerOptions extends McpDesks {
  identity: Implementation;
  instructions: string;
  changes: Changes;
  /** Finds what other processes change, where nothing tells of that; it is told what is subscribed to. */
  watch?: Watch;
  era: Era;
  wire: Wire;
  /** Aborts when the process waits for no request any more. */
  ending: AbortSignal;
  /** Hears what could not be sent. */
  onError: (error: unknown) => void;
}

/** The lists change with a release alone: a client may keep them for so long, and share them. */
const LISTS = { ttlMs: 300_000, cacheScope: 'public' } as const;

/**
 * A server for one request (HTTP) or one connection (stdio), of one era. It is cheap: nothing is
 * opened for it.
 */
export function createMcpServer(options: McpServerOptions): Server {
  const { identity, instructions, era, wire, ending, onError, tools, tasks, resources, prompts } = options;
  const server = new ProtocolServer(identity, {
    capabilities: toCapabilities(era, wire),
    instructions,
    cacheHints: {
      // It shows what the caller may call.
      'tools/list': { ...LISTS, cacheScope: wire === 'http' ? 'private' : 'public' },
      'prompts/list': LISTS,
      'resources/list': LISTS,
      'resources/templates/list': LISTS,
      'server/discover': LISTS,
    },
  });
  server.onerror = onError;
  const enter = (context: ServerContext): Exchange => toExchange(context, { era, wire, ending, onError });

  server.setRequestHandler('tools/list', ({ params }, context) => {
    refuseCursor(params?.cursor);
    return { tools: [...tools.list(enter(context).by)] };
  });
  server.setRequestHandler('tools/call', ({ params }, context) =>
    tools.call({ name: params.name, params: params.arguments ?? {} }, enter(context)),
  );
  server.setRequestHandler('resources/list', ({ params }) => {
    refuseCursor(params?.cursor);
    return { resources: [...resources.list()] };
  });
  server.setRequestHandler('resources/templates/list', ({ params }) => {
    refuseCursor(params?.cursor);
    return { resourceTemplates: [...resources.listTemplates()] };
  });
  server.setRequestHandler('resources/read', ({ params }, context) =>
    resources.read(params.uri, enter(context)),
  );
  server.setRequestHandler('prompts/list', ({ params }) => {
    refuseCursor(params?.cursor);
    return { prompts: [...prompts.list()] };
  });
  server.setRequestHandler('prompts/get', ({ params }, context) =>
    prompts.get({ name: params.name, given: params.arguments ?? {} }, enter(context)),
  );
  server.setRequestHandler('completion/complete', async ({ params: { ref, argument } }, context) => {
    const { name, value } = argument;
    const found =
      ref.type === 'ref/prompt'
        ? await prompts.complete({ prompt: ref.name, argument: name, value }, enter(context))
        : await resources.complete({ template: ref.uri, argument: name, value }, enter(context));
    return { completion: toCompletion(found) };
  });
  if (era === 'modern') addTasks(server, tasks, enter);
  if (wire === 'stdio') addChanges(server, options);
  return server;
}

/**
 * Over HTTP there are no sessions, so the older era has nobody to tell of changes or to keep a log level for;
 * the newer one carries both in the request that listens.
 */
function toCapabilities(era: Era, wire: Wire): ServerCapabilities {
  const plain = { tools: {}, resources: {}, prompts: {}, completions: {} };
  if (era === 'legacy' && wire === 'http') return plain;
  const talking = {
    ...plain,
    tools: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    prompts: { listChanged: true },
    logging: {},
  };
  return era === 'legacy' ? talking : { ...talking, extensions: { [TASKS_EXTENSION]: {} } };
}

const taskParams = z.looseObject({ taskId: z.string() });
const updateParams = taskParams.extend({ inputResponses: z.record(z.string(), z.unknown()).default({}) });

function addTasks(server: Server, tasks: TaskDesk, enter: (context: ServerContext) => Exchange): void {
  const enterTasks = (context: ServerContext) => {
    const exchange = enter(context);
    requireTasks(exchange);
    return exchange;
  };
  server.setRequestHandler('tasks/get', { params: taskParams }, async ({ taskId }, context) => ({
    ...(await tasks.get(taskId, enterTasks(context))),
  }));
  server.setRequestHandler(
    'tasks/update',
    { params: updateParams },
    ({ taskId, inputResponses }, context) => {
      // The protocol takes the answers out of the parameters, because they have the name of another's.
      const given = context.mcpReq.inputResponses ?? inputResponses;
      return tasks.update(taskId, enterTasks(context), given);
    },
  );
  server.setRequestHandler('tasks/cancel', { params: taskParams }, ({ taskId }, context) =>
    tasks.cancel(taskId, enterTasks(context)),
  );
}

/** Of what a client asked for, in an error. */
const MOST_SHOWN_CHARACTERS = 200;
/** Each is read again and again. */
const MOST_SUBSCRIPTIONS = 1_000;

/**
 * A connection hears of the resources it subscribed to; in the newer era its listeners are sorted
 * out further on.
 */
function addChanges(server: Server, { era, changes, watch, resources, onError }: McpServerOptions): void {
  const subscribed = new Set<string>();
  const subscription = changes.subscribe((uri) => {
    if (era === 'legacy' && !subscribed.has(uri)) return;
    if (server.transport !== undefined) server.sendResourceUpdated({ uri }).catch(onError);
  });
  server.onclose = () => {
    subscription[Symbol.dispose]();
    for (const uri of subscribed) watch?.remove(uri);
  };
  if (era === 'modern') return;
  server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
    if (!resources.knows(uri))
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no resource ${cutText(uri, MOST_SHOWN_CHARACTERS)}.`,
      );
    if (subscribed.size >= MOST_SUBSCRIPTIONS && !subscribed.has(uri))
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `A client subscribes to ${MOST_SUBSCRIPTIONS} resources at most.`,
      );
    if (!subscribed.has(uri)) watch?.add(uri);
    subscribed.add(uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    if (subscribed.delete(uri)) watch?.remove(uri);
    return {};
  });
}

/** No list of ours has a second page, so that no cursor can be one that we gave. */
function refuseCursor(cursor: string | undefined): void {
  if (cursor === undefined) return;
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    'The list has one page, and that is no cursor of it.',
  );
}

function toCompletion(found: Completion | null) {
  if (found === null) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no such prompt or resource template.');
  }
  return { values: [...found.values], hasMore: found.hasMore };
}
