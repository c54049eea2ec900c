import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { renderReindex } from './shown/render-reindex.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';

const output = z.object({
  run_id: z.string(),
  found: z.int().describe('Records read again, earlier revisions included.'),
  indexed: z.int().describe('Revisions made searchable: the live ones and those that a checkpoint sees.'),
  failed: z.int().describe('Records that are lost, damaged, or cannot be read or indexed.'),
  documents: z.int().describe('Documents that the corpus holds now.'),
  embedder: z.string().describe('Who made the vectors.'),
  problems: z.array(z.object({ pmid: z.string().nullable(), reason: z.string() })),
  manifest: z.string().describe('Where the manifest of the run lies.'),
  duration_ms: z.int(),
});
export type ReindexAnswer = z.output<typeof output>;

export const corpusReindex = defineTool({
  name: 'corpus.reindex',
  kind: 'long',
  scope: 'admin',
  title: 'Build the corpus anew from its archive',
  description:
    'Rebuilds documents, chunks and index from the archive alone, without asking NCBI, with the embedder of the settings; tries quarantined records again. Searches answer from the old index until the new one is whole. Runs as a job: follow it with jobs.get.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.object({}),
  output,
  command: {
    words: 'reindex',
    about: 'build documents and index anew from the archive alone, with the embedder of the settings',
    opensToRebuild: true,
  },
  tell: (answer) => `${renderReindex(answer)}\nManifest: ${answer.manifest}`,
  show: renderReindex,
  async run(
    _params,
    { services, signal, onProgress }: ToolContext<Pick<CorpusServices, 'reindexCorpus' | 'store'>>,
  ) {
    const { reindexCorpus, store } = services;
    const result = await reindexCorpus({ onProgress: onProgress ?? (() => undefined) }, { signal });
    const { documentCount } = await store.countMembers({ signal });
    const state = await store.findIndexState({ signal });
    return {
      run_id: result.run_id,
      found: result.found,
      indexed: result.indexed,
      failed: result.failed,
      documents: documentCount,
      embedder: state?.embedderId ?? '',
      problems: result.problems.map(({ pmid, reason }) => ({ pmid, reason })),
      manifest: result.manifest,
      duration_ms: result.duration_ms,
    };
  },
});
