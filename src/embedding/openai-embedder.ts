import { hash } from 'node:crypto';
import type OpenAI from 'openai';
import type { CallOptions } from '../domain/call-options.ts';
import { workSideBySide } from '../domain/concurrency/side-by-side.ts';
import { createSecret } from '../domain/settings/secret.ts';
import { ConfigError } from '../errors/config-error.ts';
import type { Embedder } from './embedder.ts';
import { badAnswer, toEmbeddingsError } from './openai-errors.ts';
import { cutToLimit, listRequests } from './openai-requests.ts';

type OpenaiSdk = typeof import('openai');

export interface OpenaiEmbedderOptions {
  baseUrl: string;
  model: string;
  /** `null` for a server that asks for none. */
  apiKey: string | null;
  /** Reads it again once the service refuses it. Default: it stays what it is. */
  readApiKey?: (() => Promise<string>) | undefined;
  /** Sent along where it is not `null`; else the model decides. */
  dimensions: number | null;
  /** Between 1 and 10. Default 4. */
  requestsAtOnce?: number;
  importOpenai?: () => Promise<OpenaiSdk>;
}

/** https://platform.openai.com/docs/guides/embeddings; of every other model the first answer tells. */
const DIMENSIONS: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1_536,
  'text-embedding-3-large': 3_072,
  'text-embedding-ada-002': 1_536,
};
/** A person waits for a question; a passage belongs to a job, which would have to repeat its whole batch. */
const PATIENCE = {
  query: { attemptMs: 10_000, retries: 2, totalMs: 20_000 },
  passage: { attemptMs: 60_000, retries: 6, totalMs: 4 * 60_000 },
} as const;

/**
 * A model behind the embeddings API of OpenAI, or of a server that speaks its protocol. Texts go out in
 * batches, some at once; a refusal that may pass (429, 5xx, a broken connection) is repeated, after
 * `Retry-After` where the service names it. A text beyond the limit of the model is cut off. Questions and
 * passages are embedded alike. The model's name and dimensions are its `id`: a service that puts other
 * weights behind one name needs a reindex.
 */
export async function openOpenaiEmbedder(
  options: OpenaiEmbedderOptions,
  { signal }: CallOptions,
): Promise<Embedder> {
  const { model, dimensions: wanted, requestsAtOnce = 4, importOpenai = () => import('openai') } = options;
  const sdk = await importOpenai().catch(() => {
    throw new ConfigError([
      'BIO_MCP_EMBEDDER=openai needs a package that is not installed: run `npm install openai@7.57.0`.',
    ]);
  });
  const key = createSecret(options.apiKey, options.readApiKey);
  const client = new sdk.OpenAI({
    baseURL: options.baseUrl,
    apiKey: async () => key.value ?? 'none',
    // Else they would be read from variables that are not ours.
    organization: null,
    project: null,
    logLevel: 'off',
  });

  async function ask(
    input: readonly string[],
    purpose: 'passage' | 'query',
    given: CallOptions,
  ): Promise<(readonly number[])[]> {
    const usedKey = key.value;
    const { attemptMs, retries, totalMs } = PATIENCE[purpose];
    const limit = AbortSignal.timeout(totalMs);
    const body = { model, input: [...input], ...(wanted === null ? {} : { dimensions: wanted }) };
    try {
      const { data } = await client.embeddings.create(body, {
        timeout: attemptMs,
        maxRetries: retries,
        signal: AbortSignal.any([given.signal, limit]),
      });
      return toRows(data, input.length);
    } catch (error) {
      given.signal.throwIfAborted();
      const isRefused = error instanceof sdk.APIError && (error.status === 401 || error.status === 403);
      if (isRefused && (await key.renew(usedKey))) return ask(input, purpose, given);
      throw toEmbeddingsError(error, { sdk, apiKey: usedKey, isLate: limit.aborted });
    }
  }

  const [probe] =
    wanted === null && DIMENSIONS[model] === undefined ? await ask(['a'], 'query', { signal }) : [];
  const dimensions = wanted ?? probe?.length ?? DIMENSIONS[model] ?? 0;

  return {
    id: toId(model, dimensions),
    dimensions,
    async embed(texts, purpose, { signal: stop }) {
      stop.throwIfAborted();
      const vectors = new Float32Array(texts.length * dimensions);
      // The API refuses a text without content; a vector of zeros is near to nothing.
      const sent = [...texts.entries()].flatMap(([at, text]) =>
        text.trim() === '' ? [] : [{ at, text: cutToLimit(text) }],
      );
      await workSideBySide(listRequests(sent), requestsAtOnce, async (request) => {
        stop.throwIfAborted();
        const rows = await ask(
          request.map(({ text }) => text),
          purpose,
          { signal: stop },
        );
        for (const [index, { at }] of request.entries())
          vectors.set(toUnit(rows[index] ?? [], dimensions), at * dimensions);
      });
      return vectors;
    },
  };
}

/** In the order of the texts, whatever the order of the answer. */
function toRows(data: readonly OpenAI.Embedding[], texts: number): (readonly number[])[] {
  const rows = new Map(data.map(({ index, embedding }) => [index, embedding]));
  if (data.length !== texts || rows.size !== texts)
    throw badAnswer(`${data.length} vectors for ${texts} texts`);
  return Array.from({ length: texts }, (_, index) => {
    const row = rows.get(index);
    if (row === undefined) throw badAnswer(`no vector for text ${index}`);
    return row;
  });
}

function toUnit(row: ArrayLike<number>, dimensions: number): Float32Array {
  if (row.length !== dimensions)
    throw badAnswer(`a vector of ${row.length} dimensions instead of ${dimensions}`);
  // JSON has no NaN: a server that makes one writes null, which would count as 0.
  if (Array.from(row).some((value) => typeof value !== 'number')) throw badAnswer('a vector with gaps');
  const values = Float64Array.from(row);
  const norm = Math.hypot(...values);
  if (!Number.isFinite(norm)) throw badAnswer(`a vector of length ${norm}`);
  return Float32Array.from(values, (value) => (norm === 0 ? 0 : value / norm));
}

/** Names in ids hold no slash and no colon; the digest tells apart what then looks alike. */
function toId(model: string, dimensions: number): string {
  const digest = hash('sha256', JSON.stringify([model, dimensions]), 'hex').slice(0, 12);
  return `openai:${model.replace(/[^\w.-]+/g, '-')}:${dimensions}:${digest}`;
}
