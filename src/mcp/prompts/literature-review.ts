import { numberSteps, type PromptDefinition } from './define-prompt.ts';

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
      description: 'quick: what the corpus holds now. thorough: bring in what is missing first.',
      required: false,
      values: ['quick', 'thorough'],
    },
  ],
  async write({ question, since, depth = 'thorough' }, { toListed }) {
    const search = toListed('pubmed.search');
    const ask = toListed('rag.search');
    const from =
      since === undefined
        ? ''
        : ` Only consider work published since ${since}: give ${ask} the filters {"date_from": "${since}"}, and ${search} the parameter date_from.`;
    const widen = [
      `Write the question as a PubMed query (MeSH terms and [tiab] words) and try it with ${search}; read query_translation and warnings, and mend the query until the total is plausible.`,
      `Bring it in with ${toListed('pubmed.sync')} (set limit where the total is above 500), and follow the job with ${toListed('jobs.get')} until it has ended.`,
    ];
    return [
      `Review the literature on this question: ${question}${from}`,
      '',
      'Work in this order:',
      ...numberSteps([
        `Look at ${toListed('corpus.status')}: what does the corpus hold, and how fresh is it?`,
        ...(depth === 'quick' ? [] : widen),
        `Ask ${ask} the question in several wordings, with rerank_by_quality, and read the best ten papers in full with ${toListed('rag.get')}.`,
        `Freeze what you used with ${toListed('corpus.checkpoint.create')}, so that the review can be repeated.`,
      ]),
      '',
      'Then write: the answer in three sentences; the evidence, strongest design first (meta-analyses and randomised trials before observational work before preclinical), each claim with its PMID; where studies disagree and why; what nobody has tested yet.',
      `Name every retracted paper or expression of concern you met and leave its findings out. Give the reference list with ${toListed('pubmed.cite')} (vancouver), and the checkpoint's id at the end. Say plainly where the corpus holds too little to answer.`,
    ].join('\n');
  },
};
