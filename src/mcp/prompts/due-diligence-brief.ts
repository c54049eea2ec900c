import { cutText } from '../../domain/cut-text.ts';
import {
  createWriteCall,
  ID,
  numberSteps,
  PMID,
  type PromptDefinition,
  toCiteStep,
  toFreezeStep,
  toReadStep,
  toWidenStep,
} from './define-prompt.ts';

/** Each is asked on its own: a question of all of them finds none of them well. */
const ASPECTS = [
  'mechanism of action',
  'clinical efficacy',
  'safety and adverse events',
  'resistance, failure or negative results',
  'compared with other treatments',
];

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
  async write({ subject = '', kind = 'asset', indication }, context) {
    const call = createWriteCall(context);
    const about = indication === undefined ? subject : `${subject} in ${indication}`;
    const ask = (query: string, more = {}) =>
      `- ${call('rag.search', { query, top_k: 5, checkpoint_id: ID, ...more })}`;
    const trials = { filters: { publication_types: ['Randomized Controlled Trial'] } };
    const steps = numberSteps([
      toFreezeStep(call, cutText(`Due diligence: ${about}`, 200)),
      [
        'Search within it, each aspect on its own; answers are brief and quote the sentences that answer:',
        ...ASPECTS.map((aspect) => ask(`${about} ${aspect}`)),
        ask(about, trials),
        'Read warnings and retraction_status each time. The subject may have other names: generic, brand, code such as ABC-123, sponsor, target.',
      ].join('\n'),
      toWidenStep(call, about),
      `${toReadStep(call)} For the pivotal one, see who confirmed or refuted it: ${call('pubmed.related', { pmid: PMID, relation: 'cited_by', limit: 5 })}.`,
      toCiteStep(call),
    ]);
    return [
      `Write a due-diligence brief on ${about} (${kind}) from the published literature.`,
      '',
      'Work in this order:',
      ...steps,
      '',
      'Then write one page: what it is and how it works; the evidence by phase, with numbers (n, endpoint, effect, confidence interval), each with its PMID; safety signals; who else is there; red flags (retractions, expressions of concern, failed replications, endpoints changed, only one group publishing); what is not published that one would expect.',
      'Keep what a paper reports apart from what you conclude. Where the corpus does not answer, say so. End with the three questions to ask the company, and the id of the checkpoint.',
    ].join('\n');
  },
};
