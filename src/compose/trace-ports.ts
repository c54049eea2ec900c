import type { Archive } from '../archive/archive.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { BulkSource } from '../pubmed/bulk/bulk-source.ts';
import type { JobMessages } from '../queue/job-messages.ts';
import type { SearchIndex } from '../search/search-index.ts';
import {
  toArchiveFacts,
  toBulkFacts,
  toEmbedFacts,
  toIndexFacts,
  toSendFacts,
} from '../telemetry/span-facts.ts';
import type { SpanFacts, Tracer } from '../telemetry/tracer.ts';

type Method = (...args: never[]) => Promise<unknown>;

/** Each of these methods of what was just opened becomes a span; nobody else has it yet. */
function traceMembers<Port extends object>(
  port: Port,
  tracer: Tracer,
  members: {
    [Name in keyof Port]?: (...args: Port[Name] extends Method ? Parameters<Port[Name]> : never) => SpanFacts;
  },
): Port {
  for (const [name, toFacts] of Object.entries(members)) {
    const member: unknown = Reflect.get(port, name);
    if (typeof member !== 'function' || typeof toFacts !== 'function') continue;
    const method = member.bind(port);
    Reflect.set(port, name, (...args: unknown[]) =>
      tracer.span(Reflect.apply(toFacts, undefined, args), () => method(...args)),
    );
  }
  return port;
}

export function traceArchive(
  archive: Archive,
  { tracer, system }: { tracer: Tracer; system: string },
): Archive {
  const facts = (operation: string, objects: number) => toArchiveFacts({ system, operation, objects });
  return traceMembers(archive, tracer, {
    put: (puts) => facts('put', puts.length),
    clear: () => facts('clear', 1),
    find: () => facts('find', 1),
    findCurrent: () => facts('find', 1),
  });
}

export function traceIndex<Index extends SearchIndex>(
  index: Index,
  { tracer, system }: { tracer: Tracer; system: string },
): Index {
  const facts = (operation: string) => () => toIndexFacts({ system, operation });
  const members = {
    write: facts('write'),
    show: facts('show'),
    search: facts('search'),
    weigh: facts('weigh'),
    readShown: facts('read'),
    readShownFacts: facts('read'),
    countNames: facts('count'),
    optimize: facts('optimize'),
    makeMissing: facts('optimize'),
    rollbackTo: facts('rollback'),
    askOne: facts('search'),
  };
  return traceMembers<SearchIndex>(index, tracer, members) as Index; // the same object
}

export function traceMessages<Messages extends JobMessages>(messages: Messages, tracer: Tracer): Messages {
  const members = { send: (sent: readonly unknown[]) => toSendFacts({ messages: sent.length }) };
  return traceMembers<JobMessages>(messages, tracer, members) as Messages; // the same object
}

/** Passages of a load are embedded on other threads, which tell of it by this. */
export function traceThreads(embedder: Pick<Embedder, 'id'>, tracer: Tracer) {
  return ({ passages, durationMs }: { passages: number; durationMs: number }) =>
    tracer.record(toEmbedFacts({ embedder: embedder.id, texts: passages, isRemote: false }), {
      durationMs,
      errorCode: null,
    });
}

export function traceEmbedder(
  embedder: Embedder,
  { tracer, isRemote }: { tracer: Tracer; isRemote: boolean },
): Embedder {
  return traceMembers(embedder, tracer, {
    embed: (texts) => toEmbedFacts({ embedder: embedder.id, texts: texts.length, isRemote }),
  });
}

export function traceBulkSource(source: BulkSource, tracer: Tracer): BulkSource {
  const facts = (url: string, operation: string) =>
    toBulkFacts({ system: /^s3:/i.test(url) ? 's3' : 'http', operation });
  return {
    open: (access) =>
      traceMembers(source.open(access), tracer, {
        list: (url) => facts(url, 'list'),
        getMd5: ({ url }) => facts(url, 'md5'),
        download: ({ url }) => facts(url, 'download'),
      }),
  };
}
