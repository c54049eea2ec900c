import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awaitEvent } from '../awaited.ts';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  kind: number;
  attributes: Readonly<Record<string, unknown>>;
  /** 2: an error. */
  status: number | undefined;
  service: unknown;
}

type Value = { stringValue?: string; intValue?: number | string; boolValue?: boolean; doubleValue?: number };
type Pairs = { key: string; value: Value }[];
interface Body {
  resourceSpans: {
    resource: { attributes: Pairs };
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'attributes' | 'status' | 'service'> & {
        attributes: Pairs;
        status: { code?: number };
      })[];
    }[];
  }[];
}

/** A collector on loopback that keeps what it is sent by OTLP over HTTP, as JSON. */
export async function startOtlpReceiver({
  answer = (_request, response) => void response.writeHead(200).end('{}'),
  keeps = true,
}: {
  /** Whether what comes is kept. Default true. */
  keeps?: boolean;
  answer?: (request: IncomingMessage, response: ServerResponse) => void;
} = {}) {
  const spans: ReceivedSpan[] = [];
  const watchers = new Set<() => void>();
  const counts = { requests: 0 };
  const server = createServer(async (request, response) => {
    counts.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (keeps) spans.push(...toSpans(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    answer(request, response);
    for (const watcher of watchers) watcher();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    counts,
    /** Resolves once a span came, before or after, of which this is true. */
    span(isIt: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
      const coming = new Promise<ReceivedSpan>((resolve) => {
        const look = () => {
          const found = spans.find(isIt);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
      const names = () => spans.map(({ name }) => name).join(', ');
      return awaitEvent(coming, { what: 'a span', came: names });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toSpans({ resourceSpans }: Body): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = toRecord(resource.attributes)['service.name'];
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        ...span,
        attributes: toRecord(span.attributes),
        status: span.status.code,
        service,
      }));
  });
}

function toRecord(pairs: Pairs): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}
