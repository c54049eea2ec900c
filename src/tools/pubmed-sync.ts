import { z } from 'zod';
import { checkTerm } from '../pubmed/queries/query-check.ts';
import { defineTool } from './define-tool.ts';
import { syncAnswer, syncLimit, syncTerm, toSyncAnswer } from './schemas/sync-schema.ts';
import { renderSync } from './shown/render-sync.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { GROWS_CORPUS } from './tool-facts.ts';

export const pubmedSync = defineTool({
  name: 'pubmed.sync',
  kind: 'long',
  scope: 'sync',
  title: 'Bring a query into the corpus',
  description:
    'Fetches everything in PubMed that matches, archives it byte for byte and makes it searchable. Look at the total of pubmed.search first, or set limit. Runs as a job: follow it with jobs.get, then ask rag.search. Without limit it also finds what NCBI deleted, and sets the watermark for pubmed.sync.incremental. Running it again changes nothing twice.',
  annotations: { ...GROWS_CORPUS, destructiveHint: true },
  limit: 8,
  aliases: { q: 'term', query: 'term' },
  input: z.object({ term: syncTerm, limit: syncLimit }),
  output: syncAnswer,
  command: {
    words: 'sync',
    about: 'bring everything that matches a PubMed query into the corpus, and keep it up to date',
    text: 'term',
  },
  tell: (answer) => `${renderSync(answer)}\nManifest: ${answer.manifest}`,
  show: renderSync,
  async check({ term }) {
    checkTerm(term);
  },
  async run(params, { services, signal, onProgress, job }: ToolContext<Pick<CorpusServices, 'syncs'>>) {
    const report = onProgress ?? (() => undefined);
    return toSyncAnswer(await services.syncs.sync(params, report, { signal, job }));
  },
});
