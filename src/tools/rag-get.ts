import { z } from 'zod';
import { findPmid, findPmidOfDocId } from '../domain/ids.ts';
import { NotFoundError, ValidationError } from '../errors/bio-mcp-error.ts';
import { toQuality, toQualityFacts } from '../search/quality.ts';
import { defineTool, READS_CORPUS } from './define-tool.ts';
import { documentSchema } from './document-schema.ts';
import { qualitySchema } from './quality-schema.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';

export const ragGet = defineTool({
  name: 'rag.get',
  kind: 'short',
  scope: 'read',
  title: 'Read a stored document',
  description:
    'Answers one document of the corpus in full: abstract by sections, authors, MeSH, retraction status, quality, and where its raw record lies. Find ids with rag.search.',
  annotations: READS_CORPUS,
  input: z.object({
    doc_id: z.string().trim().min(1).max(50).describe('"pmid:" and the PMID: "pmid:23193287".'),
  }),
  output: documentSchema.extend({
    quality: qualitySchema,
    checkpoints: z.array(z.string()).describe('Checkpoints that hold this document.'),
  }),
  async run({ doc_id }, { services, signal }: ToolContext<Pick<CorpusServices, 'store' | 'clock'>>) {
    const pmid = findPmidOfDocId(doc_id) ?? findPmid(doc_id);
    if (pmid === null)
      throw new ValidationError('doc_id must be "pmid:" and a PMID, such as "pmid:23193287".');
    const document = await services.store.findDocument(pmid, { signal });
    if (document === null) {
      const tombstone = await services.store.findTombstone(pmid, { signal });
      throw new NotFoundError(
        tombstone === null
          ? `The corpus does not hold pmid:${pmid}; load or sync it first.`
          : `pmid:${pmid} was withdrawn by NLM; the corpus keeps its archive and answers it no more.`,
      );
    }
    const quality = toQuality(toQualityFacts(document), document.published.year, services.clock.now());
    return { ...document, quality, checkpoints: [] };
  },
});
