import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server';
import { cutText } from '../../domain/cut-text.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../../errors/error-envelope.ts';
import { findNearestName } from '../../errors/nearest-name.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { ragGet } from '../../tools/rag-get.ts';
import type { ToolInvoker } from '../../tools/tool-invoker.ts';
import { fitAnswer } from '../answers/fit-answer.ts';
import { CHECKPOINTS_URI, CORPUS_STATUS_URI, RECENT_SYNCS_URI } from '../changes.ts';
import type { Exchange } from '../exchange.ts';
import type { ToolNames } from '../tool-names.ts';
import { type Completion, NO_COMPLETION } from './completion.ts';
import { readHealth } from './read-health.ts';
import { toResourceText } from './resource-text.ts';

/** What a server lets its clients read by address. */
export interface ResourceDesk {
  list(): readonly Resource[];
  listTemplates(): readonly ResourceTemplateType[];
  /** Whether there can be a resource of this address. */
  knows(uri: string): boolean;
  /** Fails with a protocol error that names the address where nothing is there. */
  read(uri: string, exchange: Exchange): Promise<ReadResourceResult>;
  /** What an argument of a template may go on as; `null` where there is no such template. */
  complete(
    request: { template: string; argument: string; value: string },
    exchange: Exchange,
  ): Promise<Completion | null>;
}

export interface ResourceDeskNeeds {
  invoker: ToolInvoker;
  names: ToolNames;
  logger: Logger;
}

export const HEALTH_URI = 'bio-mcp://system/health';
const PAPER_TEMPLATE = 'bio-mcp://paper/{pmid}';
/** Of an address that there is not, in an error. */
const MOST_SHOWN_CHARACTERS = 200;
const PAPER = /^bio-mcp:\/\/paper\/([1-9]\d{0,8})$/;
const MOST_COMPLETIONS = 100;
const MOST_CHECKPOINTS = 1_000;
const mimeType = 'application/json';

const RESOURCES: readonly Resource[] = [
  {
    uri: CORPUS_STATUS_URI,
    name: 'corpus-status',
    title: 'What the corpus holds',
    description: 'Documents and passages, years, journals, watermarks, quarantined records.',
    mimeType,
  },
  {
    uri: CHECKPOINTS_URI,
    name: 'corpus-checkpoints',
    title: 'Checkpoints',
    description: 'Frozen states of the corpus, newest first, to search and compare by their ids.',
    mimeType,
  },
  {
    uri: RECENT_SYNCS_URI,
    name: 'recent-syncs',
    title: 'Recent syncs and loads',
    description: 'What was brought in lately, how far it is, and up to which day each query is complete.',
    mimeType,
  },
  {
    uri: HEALTH_URI,
    name: 'system-health',
    title: 'Health',
    description: 'Version, uptime, and whether database, archive and index answer.',
    mimeType,
  },
];

const TEMPLATES: readonly ResourceTemplateType[] = [
  {
    uriTemplate: PAPER_TEMPLATE,
    name: 'paper',
    title: 'A paper of the corpus',
    description:
      'One stored record by its PMID, without references and affiliations: abstract, authors, MeSH, retraction status, quality.',
    mimeType,
  },
];

export function createResourceDesk({ invoker, names, logger }: ResourceDeskNeeds): ResourceDesk {
  const ask = (tool: string, params: Record<string, unknown>, { traceId, signal, by }: Exchange) =>
    invoker.call({ tool, params, traceId, detach: true, surface: 'http', by }, { signal });

  /** `null` where there can be nothing at this address. */
  function findReader(uri: string): ((exchange: Exchange) => Promise<unknown>) | null {
    if (uri === CORPUS_STATUS_URI) return (exchange) => ask('corpus.status', {}, exchange);
    if (uri === CHECKPOINTS_URI) {
      return (exchange) => ask('corpus.checkpoint.list', { limit: MOST_CHECKPOINTS }, exchange);
    }
    if (uri === HEALTH_URI)
      return (exchange) => readHealth((tool, params) => ask(tool, params, exchange), exchange);
    if (uri === RECENT_SYNCS_URI) {
      const fields = ['last_syncs', 'watermarks'];
      return async (exchange) => {
        const { last_syncs, watermarks } = (await ask('corpus.status', { fields }, exchange)) as Record<
          string,
          unknown
        >;
        return { last_syncs, watermarks };
      };
    }
    const pmid = PAPER.exec(uri)?.[1];
    if (pmid === undefined) return null;
    return (exchange) => ask('rag.get', { doc_id: `pmid:${pmid}`, ...ragGet.spared }, exchange);
  }

  return {
    list: () => RESOURCES,
    listTemplates: () => TEMPLATES,
    knows: (uri) => findReader(uri) !== null,
    async read(uri, exchange) {
      const read = findReader(uri);
      if (read === null) throw toUnknownAddress(uri);
      try {
        const answer = (await read(exchange)) as object; // every tool answers an object
        return { contents: [{ uri, mimeType, text: toResourceText(fitAnswer(answer, null)) }] };
      } catch (error) {
        if (exchange.signal.aborted) throw error;
        throw toProtocolError(error, uri, exchange, { names, logger });
      }
    },
    async complete({ template, argument, value: prefix }, { signal }) {
      if (template !== PAPER_TEMPLATE) return null;
      if (argument !== 'pmid' || !/^\d{0,9}$/.test(prefix)) return NO_COMPLETION;
      const found = await invoker.listPmids({ prefix, limit: MOST_COMPLETIONS + 1 }, { signal });
      return { values: found.slice(0, MOST_COMPLETIONS), hasMore: found.length > MOST_COMPLETIONS };
    },
  };
}

function adviseAddress(uri: string): string {
  if (uri.startsWith('bio-mcp://paper')) return 'A paper is read by its PMID: bio-mcp://paper/23193287.';
  const known = RESOURCES.map((one) => one.uri);
  const nearest = findNearestName(uri, known);
  if (nearest !== null) return `Did you mean ${nearest}?`;
  return `There are ${[...known, PAPER_TEMPLATE].join(', ')}.`;
}

function toUnknownAddress(uri: string): ResourceNotFoundError {
  return new ResourceNotFoundError(
    toShown(uri),
    `There is no resource of that address. ${adviseAddress(uri)}`,
  );
}

function toShown(uri: string): string {
  return cutText(uri, MOST_SHOWN_CHARACTERS);
}

function toProtocolError(
  error: unknown,
  uri: string,
  { traceId }: Exchange,
  { names, logger }: Pick<ResourceDeskNeeds, 'names' | 'logger'>,
): ProtocolError {
  if (error instanceof BioMcpError && error.code === 'NOT_FOUND')
    return new ResourceNotFoundError(toShown(uri), names.rename(error.hint));
  if (!(error instanceof BioMcpError))
    logger.error({ err: error, trace_id: traceId }, 'a resource could not be read');
  const { body } = toErrorEnvelope(error, { traceId, tool: null });
  const { error_code, message, trace_id } = body;
  return new ProtocolError(ProtocolErrorCode.InternalError, names.rename(message), {
    error_code,
    trace_id,
    uri,
  });
}
