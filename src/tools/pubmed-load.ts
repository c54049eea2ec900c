import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { joinLoadAnswers } from './jobs/join-load-answers.ts';
import { putCounts } from './schemas/counts-schema.ts';
import { renderLoad } from './shown/render-corpus.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { GROWS_CORPUS } from './tool-facts.ts';

const BASELINE_FOLDER = 'baseline';
type LoadContext = ToolContext<Pick<CorpusServices, 'listFiles' | 'loadFiles' | 'resolveSources'>>;

const source = z.string().trim().min(1).max(4_096);

const output = z.object({
  run_id: z.string(),
  found: z.int().describe('Records read; archived + skipped + failed.'),
  ...putCounts,
  failed: z
    .int()
    .describe('Records that were archived and quarantined, because they cannot be read or indexed.'),
  deleted: z.int().describe('Documents that left because NLM withdrew them.'),
  files: z.array(
    z.object({
      name: z.string(),
      found: z.int(),
      archived: z.int(),
      skipped: z.int(),
      indexed: z.int(),
      failed: z.int(),
      deleted: z.int(),
    }),
  ),
  problems: z.array(z.object({ file: z.string(), pmid: z.string().nullable(), reason: z.string() })),
  manifest: z.string().describe('Where the manifest of the run lies.'),
  duration_ms: z.int(),
});
export type LoadAnswer = z.output<typeof output>;

export const pubmedLoad = defineTool({
  name: 'pubmed.load',
  kind: 'long',
  scope: 'sync',
  title: 'Load bulk files',
  description:
    "Loads NLM's baseline and update files, all of PubMed (for one topic, use pubmed.sync): archives every record byte for byte and makes it searchable; deletions apply. Downloads only what is new. Runs as a job: follow it with jobs.get.",
  annotations: { ...GROWS_CORPUS, destructiveHint: true },
  input: z.object({
    source: z
      .union([source, z.array(source).min(1).max(10_000)])
      .describe(
        "baseline, updatefiles (NLM's folders), an https URL or s3://bucket/prefix/ of such a folder or file, a path of one, or a list.",
      ),
  }),
  output,
  command: {
    words: 'load',
    about: 'load PubMed files (.xml, .xml.gz), folders of them, or what is new in a folder on the web',
  },
  tell: (answer) => `${renderLoad(answer)}\nManifest: ${answer.manifest}`,
  show: renderLoad,
  fileParams: ['source'],
  async check({ source }, { services, surface }: Pick<LoadContext, 'services' | 'surface'>) {
    await services.resolveSources(toSources(source), surface);
  },
  /**
   * One job a file, wherever the files lie. Those of NLM's folder `baseline` name each PMID once, so workers
   * share them out; any other file may withdraw what the ones before it brought, so it waits for them. Where
   * one of them fails the next goes on: by the numbers in their names, the missed one changes nothing of what
   * they said when it comes later. Names without a number tell no order, so such files stay one job, which
   * ends at the first that fails.
   */
  async split({ source }, { services, signal, surface, onProgress, job }: LoadContext) {
    const request = { sources: toSources(source), surface, onProgress: onProgress ?? (() => undefined) };
    const files = await services.listFiles(request, { signal, job });
    return files.map((file) => ({
      params: { source: file.source },
      inTurn: file.folder !== BASELINE_FOLDER,
    }));
  },
  join: joinLoadAnswers,
  async run({ source }, { services, signal, surface, onProgress, job }: LoadContext) {
    const { parts, problems, ...result } = await services.loadFiles(
      { sources: toSources(source), surface, onProgress: onProgress ?? (() => undefined) },
      { signal, job },
    );
    return {
      ...result,
      files: parts,
      problems: problems.map(({ part, pmid, reason }) => ({ file: part, pmid, reason })),
    };
  },
});

function toSources(source: string | string[]): string[] {
  return Array.isArray(source) ? source : [source];
}
