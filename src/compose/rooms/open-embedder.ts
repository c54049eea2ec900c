import type { Config } from '../../config/config.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { openOnnxEmbedder } from '../../embedding/onnx-embedder.ts';
import { openOpenaiEmbedder } from '../../embedding/openai-embedder.ts';
import { createStaticEmbedder } from '../../embedding/static-embedder.ts';
import { loadStaticVectors, type StaticVectors } from '../../embedding/static-vectors.ts';

/**
 * The built-in vectors are read once and shared with the ingest threads; other embedders work on
 * the main thread.
 */
export async function openEmbedder(
  { embedder, secretSources }: Config,
  options: CallOptions,
): Promise<{ embedder: Embedder; staticVectors: StaticVectors | null }> {
  if (embedder.kind === 'onnx') {
    return { embedder: await openOnnxEmbedder({ model: embedder.model }), staticVectors: null };
  }
  if (embedder.kind === 'openai') {
    const readApiKey = secretSources.get('BIO_MCP_OPENAI_API_KEY');
    return { embedder: await openOpenaiEmbedder({ ...embedder, readApiKey }, options), staticVectors: null };
  }
  const vectors = await loadStaticVectors(options);
  return { embedder: createStaticEmbedder({ vectors }), staticVectors: vectors };
}
