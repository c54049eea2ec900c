import { z } from 'zod';
import { checkTerm } from '../pubmed/queries/query-check.ts';
import { defineTool } from './define-tool.ts';
import { dayParam } from './params/date-params.ts';
import { syncAnswer, syncLimit, syncTerm, toSyncAnswer } from './schemas/sync-schema.ts';
import { renderSync } from './shown/render-sync.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { GROWS_CORPUS } from './tool-facts.ts';

export const pubmedSyncIncremental = defineTool({
  name: 'pubmed.sync.incremental',
  kind: 'long',
  scope: 'sync',
  title: 'Bring in what is new of a query',
  description:
    'Fetches what PubMed added or revised since the watermark of the query, and moves that over each window that is indexed. Keeps a query of pubmed.sync fresh; the first run takes everything. Runs as a job: follow it with jobs.get.',
  annotations: { ...GROWS_CORPUS, destructiveHint: true },
  aliases: { q: 'term', query: 'term' },
  input: z.object({
    term: syncTerm,
    since: dayParam.optional().describe('The first day to ask for, instead of the watermark.'),
    limit: syncLimit,
  }),
  output: syncAnswer,
  command: {
    words: 'sync',
    chosenBy: '--incremental',
    about: 'only what is new or revised since the last complete sync',
  },
  tell: (answer) => `${renderSync(answer)}\nManifest: ${answer.manifest}`,
  show: renderSync,
  async check({ term }) {
    checkTerm(term);
  },
  async run(params, { services, signal, onProgress, job }: ToolContext<Pick<CorpusServices, 'syncs'>>) {
    const report = onProgress ?? (() => undefined);
    return toSyncAnswer(await services.syncs.syncIncrementally(params, report, { signal, job }));
  },
});
