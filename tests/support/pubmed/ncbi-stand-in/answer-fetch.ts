import { type Answer, findAskedPmids, type Question } from './answer.ts';
import { readBody } from './bodies.ts';

const HEAD =
  '<?xml version="1.0" ?>\n' +
  '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" ' +
  '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>';

/** Unknown, deleted and merged PMIDs are simply not in the set. */
export function answerFetch(question: Question): Answer {
  const pmids = findAskedPmids(question);
  if (pmids === null) return { type: 'text/xml', body: readBody('efetch_error_expired_history.xml') };
  if (pmids.length === 0)
    return { status: 400, type: 'text/xml', body: readBody('efetch_error_empty_id_list.xml') };
  const records = [...new Set(pmids)].map((pmid) => question.library.find(pmid)?.toXml() ?? '');
  return { type: 'text/xml', body: `${HEAD}${records.join('\n')}</PubmedArticleSet>\n` };
}
