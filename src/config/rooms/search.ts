import { z } from 'zod';
import { headerSecret, httpUrl, notes, type SettingsOf } from '../setting-forms.ts';

const WEAVIATE_GRPC_PORT = 50_051;

export const searchSettings = {
  BIO_MCP_WEAVIATE_URL: httpUrl()
    .optional()
    .register(notes, {
      about:
        'Weaviate (1.32 or later) to keep the search index in, through the optional package `weaviate-client`. Its ' +
        'collection is made by `bio-mcp migrate`.',
      shownDefault: 'LanceDB in the data folder',
    }),
  BIO_MCP_WEAVIATE_GRPC_URL: httpUrl().optional().register(notes, {
    about: 'Where the same Weaviate answers gRPC, which searches and batches go by.',
    shownDefault: 'port 50051 of BIO_MCP_WEAVIATE_URL',
  }),
  BIO_MCP_WEAVIATE_API_KEY: headerSecret().optional().register(notes, {
    about: 'The key by which Weaviate knows this installation.',
    shownDefault: 'none',
  }),
  BIO_MCP_WEAVIATE_COLLECTION: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,99}$/, {
      error: 'must be letters and digits that begin with a capital letter',
    })
    .default('BioMcpChunks')
    .register(notes, {
      about:
        'What the collections of this installation begin with; another one for each ' +
        'installation on the same Weaviate.',
    }),
};

export function toIndex(settings: SettingsOf<typeof searchSettings>) {
  const url = settings.BIO_MCP_WEAVIATE_URL;
  if (url === undefined) return { kind: 'files' as const };
  const { protocol, hostname } = new URL(url);
  return {
    kind: 'weaviate' as const,
    url,
    grpcUrl: settings.BIO_MCP_WEAVIATE_GRPC_URL ?? `${protocol}//${hostname}:${WEAVIATE_GRPC_PORT}`,
    apiKey: settings.BIO_MCP_WEAVIATE_API_KEY ?? null,
    /** What the names of its collections begin with. */
    collection: settings.BIO_MCP_WEAVIATE_COLLECTION,
  };
}
