import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { ConfigError } from '../errors/config-error.ts';
import type { SpanFacts, SpanKind, Tracer } from './tracer.ts';

type Api = typeof import('@opentelemetry/api');
type Span = import('@opentelemetry/api').Span;

export interface OtlpTracerOptions {
  /** Of this release. */
  version: string;
  /** What the process does: "http", "worker". */
  command: string;
}

/** Spans that wait for the collector; one more is dropped. Some 2 kB each. */
const MOST_WAITING = 2_048;
/** A collector that is slow gets no second chance: its spans are dropped, and the next ones sent. */
const EXPORT_TIMEOUT_MS = 5_000;
/** At the end of the process, for the last spans. */
const LAST_SPANS_MS = 2_000;
const MISSING =
  'OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed: run `npm install @opentelemetry/sdk-trace@3.1.0 ' +
  '@opentelemetry/resources@3.1.0 @opentelemetry/exporter-trace-otlp-http@0.301.0`.';

/**
 * Sends spans by OTLP over HTTP to where the variables OTEL_EXPORTER_OTLP_* say, in heaps, beside the work.
 * A collector that is down, slow or refuses costs its spans and nothing else. Disposing sends the last ones.
 */
export async function openOtlpTracer({
  version,
  command,
}: OtlpTracerOptions): Promise<Tracer & AsyncDisposable> {
  const { api, sdk, resources, exporters } = await load();
  const ids = createIds();
  const provider = new sdk.TracerProvider({
    idGenerator: ids,
    resource: resources
      .defaultResource()
      .merge(
        resources.resourceFromAttributes({
          'service.name': 'bio-mcp',
          'service.version': version,
          'service.instance.id': randomBytes(8).toString('hex'),
          'bio_mcp.command': command,
        }),
      )
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new exporters.OTLPTraceExporter({ timeoutMillis: EXPORT_TIMEOUT_MS }),
        maxQueueSize: MOST_WAITING,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('bio-mcp', version);
  const running = new AsyncLocalStorage<Span>();
  const { ROOT_CONTEXT, trace, TraceFlags } = api;
  const within = (parent: Span) => trace.setSpan(ROOT_CONTEXT, parent);
  const toOptions = ({ kind, attributes }: SpanFacts) => ({ kind: toKind(api, kind), attributes });

  async function run<T>(span: Span, work: () => Promise<T>): Promise<T> {
    try {
      return await running.run(span, work);
    } catch (error) {
      fail(api, span, error instanceof BioMcpError ? error.code : 'INTERNAL');
      throw error;
    } finally {
      span.end();
    }
  }

  return {
    enter(facts, { traceId, parentId }, work) {
      if (parentId === null) {
        ids.nextTraceId = traceId;
        return run(tracer.startSpan(facts.name, { ...toOptions(facts), root: true }, ROOT_CONTEXT), work);
      }
      const parent = { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
      const context = trace.setSpanContext(ROOT_CONTEXT, parent);
      return run(tracer.startSpan(facts.name, toOptions(facts), context), work);
    },
    span(facts, work) {
      const parent = running.getStore();
      if (parent === undefined) return work();
      return run(tracer.startSpan(facts.name, toOptions(facts), within(parent)), work);
    },
    record(facts, { durationMs, errorCode }) {
      const parent = running.getStore();
      if (parent === undefined) return;
      const endedAt = Date.now();
      const options = { ...toOptions(facts), startTime: endedAt - durationMs };
      const span = tracer.startSpan(facts.name, options, within(parent));
      if (errorCode !== null) fail(api, span, errorCode);
      span.end(endedAt);
    },
    current() {
      const context = running.getStore()?.spanContext();
      return context === undefined ? null : { traceId: context.traceId, spanId: context.spanId };
    },
    async [Symbol.asyncDispose]() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, LAST_SPANS_MS);
      // A collector that is away keeps no process from ending.
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

async function load() {
  try {
    const [api, sdk, resources, exporters] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ]);
    return { api, sdk, resources, exporters };
  } catch {
    throw new ConfigError([MISSING]);
  }
}

function toKind({ SpanKind }: Api, kind: SpanKind) {
  const kinds = {
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    producer: SpanKind.PRODUCER,
    consumer: SpanKind.CONSUMER,
    internal: SpanKind.INTERNAL,
  };
  return kinds[kind];
}

/** A message may hold what no collector is to see. */
function fail({ SpanStatusCode }: Api, span: Span, errorCode: string): void {
  span.setAttribute('error.type', errorCode);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The trace of a request has the id that its answer and its log lines tell. */
function createIds() {
  return {
    /** Taken by the next root span, which is started at once. */
    nextTraceId: null as string | null,
    generateTraceId() {
      const given = this.nextTraceId ?? randomBytes(16).toString('hex');
      this.nextTraceId = null;
      return given;
    },
    generateSpanId: () => randomBytes(8).toString('hex'),
  };
}
