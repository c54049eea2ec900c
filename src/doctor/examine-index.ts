import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { createWeaviateCollections, isGenerationOf } from '../search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../search/weaviate/weaviate-connection.ts';
import { missingCollection } from '../search/weaviate/weaviate-errors.ts';
import { openWeaviateIndex } from '../search/weaviate/weaviate-index.ts';

/**
 * Works on a collection beside those of the corpus, and removes it; then asks those of the corpus as
 * a search does.
 */
export async function examineWeaviate(
  { collection, ...server }: Extract<Config['index'], { kind: 'weaviate' }>,
  options: CallOptions,
): Promise<string> {
  await using connection = await openWeaviateConnection({ server });
  const collections = createWeaviateCollections(connection);
  await collections.probe(`${collection}_doctor_${randomUUID().slice(0, 8)}`, options);
  const ours = (await collections.list(options)).filter((name) => isGenerationOf(collection, name));
  if (ours.length === 0) throw missingCollection(`${collection}_1`);
  for (const name of ours) {
    await using index = openWeaviateIndex({ connection, collection: name, dimensions: 1 });
    await index.ping(options);
    await collections.requireWritable(name, options);
  }
  return `a collection, writes and searches work; holds ${ours.join(', ')}`;
}
