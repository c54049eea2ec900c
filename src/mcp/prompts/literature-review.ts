import { cutText } from '../../domain/cut-text.ts';
import {
  createWriteCall,
  ID,
  numberSteps,
  type PromptDefinition,
  toCiteStep,
  toFreezeStep,
  toReadStep,
  toWidenStep,
} from './define-prompt.ts';

export const literatureReview: PromptDefinition = {
  name: 'literature_review',
  title: 'Literature review of a question',
  description: 'Finds, weighs and cites what the literature says about one question.',
  arguments: [
    { name: 'question', description: 'What is to be answered, in plain words.', required: true },
    {
      name: 'since',
      description: 'Only what was published since: YYYY, YYYY-MM or YYYY-MM-DD.',
      required: false,
      format: 'date',
    },
    {
      name: 'depth',
      description: 'quick: what the corpus holds now. thorough: bring in what is missing, too.',
      required: false,
      values: ['quick', 'thorough'],
    },
  ],
  async write({ question = '', since, depth = 'thorough' }, context) {
    const call = createWriteCall(context);
    const search = context.toListed('pubmed.search');
    const ask = context.toListed('rag.search');
    const from =
      since === undefined
        ? ''
        : ` Only consider work published since ${since}: give ${ask} the filters {"date_from": "${since}"}, and ${search} the parameter date_from.`;
    const filters = since === undefined ? {} : { filters: { date_from: since } };
    const within = { query: question, top_k: 10, checkpoint_id: ID, ...filters };
    return [
      `Review the literature on this question: ${question}${from}`,
      '',
      'Work in this order:',
      ...numberSteps([
        toFreezeStep(call, cutText(`Review: ${question}`, 200)),
        [
          'Search within it; answers are brief and quote the sentences that answer:',
          `- ${call('rag.search', within)}`,
          `- ${call('rag.search', { ...within, rerank_by_quality: true })}`,
          'and in two other wordings, with the words that papers use. Read warnings and retraction_status each time.',
        ].join('\n'),
        ...(depth === 'quick' ? [] : [toWidenStep(call, question)]),
        toReadStep(call),
        toCiteStep(call),
      ]),
      '',
      'Then write: the answer in three sentences; the evidence, strongest design first (meta-analyses and randomised trials before observational work before preclinical), each claim with its PMID; where studies disagree and why; what nobody has tested yet.',
      "Name every retracted paper or expression of concern you met and leave its findings out. Give the reference list, and the checkpoint's id at the end. Say plainly where the corpus holds too little to answer.",
    ].join('\n');
  },
};
