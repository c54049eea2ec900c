export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanFacts {
  name: string;
  kind: SpanKind;
  attributes: SpanAttributes;
}

/** Where a span is told of elsewhere: 32 and 16 hexadecimal digits. */
export interface SpanPlace {
  traceId: string;
  spanId: string;
}

/**
 * Tells which work took how long within which other work. Never throws by itself, and holds nothing back:
 * what `work` answers or throws is passed on, and of an error a span tells the code alone.
 */
export interface Tracer {
  /** The first span of this process for a request or a job; `parentId`: whose work it continues. */
  enter<T>(
    facts: SpanFacts,
    from: { traceId: string; parentId: string | null },
    work: () => Promise<T>,
  ): Promise<T>;
  /** A part of what runs now. Outside of all requests and jobs it tells nothing. */
  span<T>(facts: SpanFacts, work: () => Promise<T>): Promise<T>;
  /** The same of what is over, and took so long. */
  record(facts: SpanFacts, ended: { durationMs: number; errorCode: string | null }): void;
  /** The span that runs now; `null`: none does. */
  current(): SpanPlace | null;
}
