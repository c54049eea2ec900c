import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';

/** One request as it arrived. */
export interface EmbeddingsRequest {
  model: string;
  input: string[];
  encoding_format?: string;
  dimensions?: number;
  authorization: string | undefined;
}

/** What the stand-in answers instead of vectors; `null`: the vectors. */
export type Spoil = (turn: number, request: EmbeddingsRequest, reply: ServerResponse) => boolean;

export interface OpenaiStandIn extends AsyncDisposable {
  /** As `BIO_MCP_OPENAI_BASE_URL`. */
  url: string;
  readonly requests: EmbeddingsRequest[];
  /** Answers itself and says `true`, or leaves the answer to the stand-in. */
  spoil: Spoil;
  /** Answers numbers where base64 was asked for, as some servers do. */
  answersNumbers: boolean;
}

/** An OpenAI-compatible server on this machine: it makes its vectors with the built-in model. */
export async function startOpenaiStandIn(): Promise<OpenaiStandIn> {
  const embedder = createStaticEmbedder();
  const requests: EmbeddingsRequest[] = [];

  async function answer(incoming: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = (await json(incoming)) as EmbeddingsRequest; // the SDK's own request
    const request = { ...body, authorization: incoming.headers.authorization };
    const turn = requests.push(request);
    if (incoming.url !== '/v1/embeddings') return refuse(reply, 404, 'unknown_url');
    if (self.spoil(turn, request, reply)) return;
    if (body.input.some((text) => text === '')) return refuse(reply, 400, 'invalid_input');
    const { signal } = new AbortController();
    const vectors = await embedder.embed(body.input, 'passage', { signal });
    const dimensions = body.dimensions ?? embedder.dimensions;
    const data = body.input.map((_, index) => {
      const start = index * embedder.dimensions;
      // Not of unit length, as models that shorten their vectors answer.
      const row = vectors.slice(start, start + dimensions).map((value) => value * 3);
      const asText = body.encoding_format === 'base64' && !self.answersNumbers;
      const embedding = asText ? Buffer.from(row.buffer).toString('base64') : [...row];
      return { object: 'embedding', index, embedding };
    });
    // Nobody promises an order.
    send(reply, 200, { object: 'list', model: body.model, data: data.reverse(), usage: {} });
  }

  const server = createServer((incoming, reply) => void answer(incoming, reply));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address
  const self: OpenaiStandIn = {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    spoil: () => false,
    answersNumbers: false,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}

/** An error as OpenAI words it. */
export function refuse(
  reply: ServerResponse,
  status: number,
  code: string,
  { message = 'Refused.', headers = {} }: { message?: string; headers?: Record<string, string> } = {},
): void {
  send(reply, status, { error: { message, type: 'error', param: null, code } }, headers);
}

export function send(
  reply: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  reply.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
