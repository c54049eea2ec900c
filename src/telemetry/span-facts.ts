import type { SpanFacts } from './tracer.ts';

/*
 * The names and attributes of all spans. They follow the semantic conventions where there are some
 * (https://opentelemetry.io/docs/specs/semconv/: gen_ai, mcp, messaging, db, http); ours begin with
 * `bio_mcp.`.
 * None holds a caller's text, a statement, a URL or a credential.
 */

/** A call of a tool, or its becoming a job. `tool` is one of the catalogue. */
export function toCallFacts({ tool, surface }: { tool: string; surface: string }): SpanFacts {
  return {
    name: `tools/call ${tool}`,
    kind: 'server',
    attributes: {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': tool,
      'bio_mcp.surface': surface,
    },
  };
}

/** One attempt of a worker at a job. */
export function toAttemptFacts({
  tool,
  jobId,
  attempt,
}: {
  tool: string;
  jobId: string;
  attempt: number;
}): SpanFacts {
  return {
    name: `process ${tool}`,
    kind: 'consumer',
    attributes: {
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'jobs',
      'messaging.message.id': jobId,
      'gen_ai.tool.name': tool,
      'bio_mcp.job.id': jobId,
      'bio_mcp.job.attempt': attempt,
    },
  };
}

/** Messages that tell workers of jobs. */
export function toSendFacts({ messages }: { messages: number }): SpanFacts {
  return {
    name: 'send jobs',
    kind: 'producer',
    attributes: {
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'jobs',
      'messaging.batch.message_count': messages,
    },
  };
}

export function toNcbiFacts({
  endpoint,
  attempt,
  host,
}: {
  endpoint: string;
  attempt: number;
  host: string;
}): SpanFacts {
  return {
    name: `NCBI ${endpoint}`,
    kind: 'client',
    attributes: {
      'http.request.method': 'POST',
      'server.address': host,
      'http.request.resend_count': attempt - 1,
      'bio_mcp.ncbi.endpoint': endpoint,
      'bio_mcp.ncbi.attempt': attempt,
    },
  };
}

/** `system`: `s3` or `files`. */
export function toArchiveFacts({
  system,
  operation,
  objects,
}: {
  system: string;
  operation: string;
  objects: number;
}): SpanFacts {
  return {
    name: `archive ${operation}`,
    kind: 'client',
    attributes: {
      'bio_mcp.archive.system': system,
      'bio_mcp.archive.operation': operation,
      'bio_mcp.archive.objects': objects,
    },
  };
}

/** `system`: `weaviate` or `lancedb`. */
export function toIndexFacts({ system, operation }: { system: string; operation: string }): SpanFacts {
  return {
    name: `index ${operation}`,
    kind: 'client',
    attributes: { 'db.system.name': system, 'db.operation.name': operation, 'db.collection.name': 'chunks' },
  };
}

/** A question to a folder of bulk files elsewhere. `system`: `s3` or `http`. */
export function toBulkFacts({ system, operation }: { system: string; operation: string }): SpanFacts {
  return {
    name: `bulk ${operation}`,
    kind: 'client',
    attributes: { 'bio_mcp.bulk.system': system, 'bio_mcp.bulk.operation': operation },
  };
}

/** `isRemote`: a service makes the vectors, not this process. */
export function toEmbedFacts({
  embedder,
  texts,
  isRemote,
}: {
  embedder: string;
  texts: number;
  isRemote: boolean;
}): SpanFacts {
  return {
    name: 'embeddings',
    kind: isRemote ? 'client' : 'internal',
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.request.model': embedder,
      'bio_mcp.embedding.texts': texts,
    },
  };
}

const STATEMENT = /^\s*(?:with\b[\s\S]*?\)\s*)?(select|insert|update|delete|begin|commit|rollback|vacuum)/i;

/** The class of a statement, never its text. */
export function toStatementFacts(statement: string): SpanFacts {
  const [, word = 'other'] = STATEMENT.exec(statement.slice(0, 2_000)) ?? [];
  const operation = word.toUpperCase();
  return {
    name: operation,
    kind: 'client',
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': operation },
  };
}
