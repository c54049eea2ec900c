import { numberSteps, type PromptDefinition } from './define-prompt.ts';

export const dueDiligenceBrief: PromptDefinition = {
  name: 'due_diligence_brief',
  title: 'Due-diligence brief on a drug or company',
  description: 'What the published record says for and against an asset, for somebody who has to decide.',
  arguments: [
    { name: 'subject', description: 'The drug, company, target or technology.', required: true },
    {
      name: 'kind',
      description: 'What the subject is.',
      required: false,
      values: ['drug', 'company', 'target', 'technology'],
    },
    { name: 'indication', description: 'The disease in question.', required: false },
  ],
  async write({ subject, kind = 'asset', indication }, { toListed }) {
    const about = indication === undefined ? subject : `${subject} in ${indication}`;
    return [
      `Write a due-diligence brief on ${about} (${kind}) from the published literature.`,
      '',
      'Work in this order:',
      ...numberSteps([
        `Search live with ${toListed('pubmed.search')} under every name: generic and brand names, codes such as ABC-123, the sponsor, the target. Use affiliations for a company. Bring the result in with ${toListed('pubmed.sync')} and follow the job with ${toListed('jobs.get')}.`,
        `Ask ${toListed('rag.search')} about mechanism, clinical efficacy, safety, dose, competing approaches and failures, each on its own. Once with filters {"publication_types": ["Randomized Controlled Trial"]}.`,
        `Read each pivotal paper in full with ${toListed('rag.get')}; look at its retraction status, its grants and its corrections. Use ${toListed('pubmed.related')} (cited_by) to see who confirmed or refuted it.`,
        `Freeze the evidence with ${toListed('corpus.checkpoint.create')}.`,
      ]),
      '',
      'Then write one page: what it is and how it works; the evidence by phase, with numbers (n, endpoint, effect, confidence interval), each with its PMID; safety signals; who else is there; red flags (retractions, expressions of concern, failed replications, endpoints changed, only one group publishing); what is not published that one would expect.',
      'Keep what a paper reports apart from what you conclude. End with the three questions to ask the company, and the id of the checkpoint.',
    ].join('\n');
  },
};
