import { z } from 'zod';
import { headerSecret, httpUrl, notes, type SettingsOf, wholeNumber } from '../setting-forms.ts';

const EMBEDDER_KINDS = ['static', 'onnx', 'openai'] as const;

export const embeddingSettings = {
  BIO_MCP_EMBEDDER: z
    .enum(EMBEDDER_KINDS)
    .default('static')
    .register(notes, {
      about:
        'What makes the vectors: `static` (built in, works offline), `onnx` (a local model through the optional package ' +
        '`@huggingface/transformers`) or `openai` (a service that speaks the protocol of OpenAI, through the optional ' +
        'package `openai`). After a change run `bio-mcp reindex`: until then searches warn, and may be by words alone.',
    }),
  BIO_MCP_ONNX_MODEL: z.string().optional().register(notes, {
    about: 'The folder or model id that `BIO_MCP_EMBEDDER=onnx` loads; required with it.',
    shownDefault: 'none',
  }),
  BIO_MCP_OPENAI_API_KEY: headerSecret().optional().register(notes, {
    about: 'Key of the embedding service; `BIO_MCP_EMBEDDER=openai` needs it unless a base URL is set.',
    shownDefault: 'none',
  }),
  BIO_MCP_OPENAI_BASE_URL: httpUrl()
    .default('https://api.openai.com/v1')
    .register(notes, {
      about:
        'Where `BIO_MCP_EMBEDDER=openai` finds `/embeddings`: OpenAI, or a server of yours that speaks its protocol ' +
        '(vLLM, Ollama, text-embeddings-inference, LiteLLM).',
    }),
  BIO_MCP_OPENAI_MODEL: z
    .string()
    .max(200)
    .default('text-embedding-3-small')
    .register(notes, { about: 'The model that `BIO_MCP_EMBEDDER=openai` asks for.' }),
  BIO_MCP_OPENAI_DIMENSIONS: wholeNumber(1, 16_000).optional().register(notes, {
    about: 'Sent as `dimensions` to models that can shorten their vectors; without it the model decides.',
    shownDefault: "the model's own",
  }),
};

export function toEmbedder(settings: SettingsOf<typeof embeddingSettings>) {
  const { BIO_MCP_EMBEDDER: kind, BIO_MCP_ONNX_MODEL: model } = settings;
  if (kind === 'onnx' && model !== undefined) return { kind, model };
  if (kind !== 'openai') return { kind: 'static' as const };
  return {
    kind,
    baseUrl: settings.BIO_MCP_OPENAI_BASE_URL,
    model: settings.BIO_MCP_OPENAI_MODEL,
    apiKey: settings.BIO_MCP_OPENAI_API_KEY ?? null,
    /** `null`: the model's own. */
    dimensions: settings.BIO_MCP_OPENAI_DIMENSIONS ?? null,
  };
}

export function findMissingOfEmbedder(given: NodeJS.ProcessEnv): string[] {
  const { BIO_MCP_EMBEDDER: kind } = given;
  if (kind === 'onnx' && given.BIO_MCP_ONNX_MODEL === undefined) {
    return ['BIO_MCP_ONNX_MODEL is required with BIO_MCP_EMBEDDER=onnx: a folder or a model id.'];
  }
  const isOpenaiItself = given.BIO_MCP_OPENAI_BASE_URL === undefined;
  if (kind === 'openai' && isOpenaiItself && given.BIO_MCP_OPENAI_API_KEY === undefined) {
    return [
      'BIO_MCP_OPENAI_API_KEY is required with BIO_MCP_EMBEDDER=openai, unless BIO_MCP_OPENAI_BASE_URL names another service.',
    ];
  }
  return [];
}

export function listEmbedderWarnings(settings: SettingsOf<typeof embeddingSettings>): string[] {
  return settings.BIO_MCP_ONNX_MODEL !== undefined && settings.BIO_MCP_EMBEDDER !== 'onnx'
    ? ['BIO_MCP_ONNX_MODEL has no effect without BIO_MCP_EMBEDDER=onnx.']
    : [];
}
