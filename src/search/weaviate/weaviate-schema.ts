import type { PropertyConfigCreate, WeaviateClient } from 'weaviate-client';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { WeaviatePackage } from './weaviate-link.ts';
import type { ChunkObject } from './weaviate-objects.ts';

type Property = PropertyConfigCreate<ChunkObject>;
type Name = keyof ChunkObject;

const STORED = { indexFilterable: false, indexSearchable: false } as const;

/** Every property of `ChunkObject`: what none of the queries asks for is stored only. */
const PROPERTIES: readonly Property[] = [
  // Split at white space and nothing else: `toPassageWords` has done the rest.
  toProperty('words', 'text', { indexFilterable: false, indexSearchable: true, tokenization: 'whitespace' }),
  toProperty('facts', 'text', STORED),
  toProperty('passage', 'text', STORED),
  toProperty('pmid', 'int', { indexFilterable: true }),
  toProperty('entered', 'int', { indexFilterable: true, indexRangeFilters: true }),
  toProperty('until', 'int', { indexFilterable: true, indexRangeFilters: true }),
  toProperty('published_from', 'int', { indexFilterable: false, indexRangeFilters: true }),
  toProperty('published_to', 'int', { indexFilterable: false, indexRangeFilters: true }),
  toKeys('journal_keys'),
  toKeys('mesh_keys'),
  toKeys('publication_type_keys'),
  toKeys('languages'),
  toKeys('author_keys'),
  toKeys('id_keys'),
  toProperty('retraction_status', 'text', {
    indexFilterable: true,
    indexSearchable: false,
    tokenization: 'field',
  }),
];

/**
 * In memory lie a byte for each number of a vector and half of Weaviate's default of connections: 432 bytes a
 * passage instead of 1,344. Whole vectors lie on the disk and come with each hit, so a cosine is exact: only
 * some hits may be missed. A collection of an earlier release keeps its whole vectors.
 */
const CONNECTIONS = 16;
const BITS_A_NUMBER = 8;

/** The client's own `exists` reads the whole schema, and an alias is no collection. */
export async function hasCollection(client: WeaviateClient, name: string): Promise<boolean> {
  try {
    const { class: found } = await client.collections.exportToJson(name);
    return found === name;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 404) return false;
    throw error;
  }
}

/**
 * Makes the collection where it is missing, with properties that a later release added; safe from many
 * processes at once.
 */
export async function makeCollection(
  weaviate: WeaviatePackage,
  client: WeaviateClient,
  name: string,
): Promise<void> {
  if (!(await hasCollection(client, name))) {
    await createCollection(weaviate, client, name).catch(async (error: unknown) => {
      // Another process may have been faster.
      if (!(await hasCollection(client, name))) throw error;
    });
  }
  await addMissingProperties(client, name);
}

async function createCollection(
  { default: weaviate }: WeaviatePackage,
  client: WeaviateClient,
  name: string,
): Promise<void> {
  const { configure } = weaviate;
  await client.collections.create<ChunkObject>({
    name,
    description: 'Passages of PubMed records, written by bio-mcp.',
    // Stop words are taken out of questions, not out of the index: see `toAskedWords`.
    invertedIndex: configure.invertedIndex({ stopwordsPreset: 'none' }),
    vectorizers: configure.vectors.selfProvided({
      // The vectors are of unit length, or zeros: their dot product is the cosine.
      vectorIndexConfig: configure.vectorIndex.hnsw({
        distanceMetric: 'dot',
        maxConnections: CONNECTIONS,
        quantizer: configure.vectorIndex.quantizer.rq({ bits: BITS_A_NUMBER }),
      }),
    }),
    properties: [...PROPERTIES],
  });
}

async function addMissingProperties(client: WeaviateClient, name: string): Promise<void> {
  const collection = client.collections.use<string, ChunkObject>(name);
  const { properties } = await collection.config.get();
  for (const property of PROPERTIES) {
    const held = properties.find((one) => one.name === property.name);
    if (held === undefined) await collection.config.addProperty(property);
    else if (
      held.dataType !== property.dataType ||
      held.tokenization !== (property.tokenization ?? held.tokenization)
    ) {
      throw new BioMcpError(
        'INDEX_UNAVAILABLE',
        'The collection in Weaviate was not made by this release: make the index anew with `bio-mcp reindex`.',
        { message: `${name}.${property.name} is ${held.dataType}, ${held.tokenization}` },
      );
    }
  }
}

/** Whole names, as they are written: no word of a name stands for it. */
function toKeys(name: Name): Property {
  return toProperty(name, 'text[]', { indexFilterable: true, indexSearchable: false, tokenization: 'field' });
}

function toProperty(name: Name, dataType: 'int' | 'text' | 'text[]', options: Partial<Property>): Property {
  return { name, dataType, ...options } as Property; // the client's union is one of object and reference properties
}
