import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STATIC_DIMENSIONS } from '../../../src/embedding/static-vectors.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { describeIndexRefusals } from '../../conformance/index-refusals.ts';

describeIndexRefusals(
  'LanceDB',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-refusals-'));
    const index = await openLanceDbIndex({ folder, dimensions: STATIC_DIMENSIONS });
    return {
      index,
      async [Symbol.asyncDispose]() {
        await index[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      },
    };
  },
  {
    spoil(batch, isPoison) {
      const vectors = batch.vectors.slice();
      for (const [at, chunk] of batch.chunks.entries())
        if (isPoison(chunk)) vectors[at * STATIC_DIMENSIONS] = Number.NaN;
      return { ...batch, vectors };
    },
  },
);
