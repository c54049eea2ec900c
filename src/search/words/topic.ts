import { toAskedWords } from './asked-words.ts';

/** What a question says when it asks for papers as such, and leaves the topic to the filters. */
const OF_PAPERS = new Set(
  (
    'paper papers article articles publication publications record records document documents literature study ' +
    'studies research work abstract abstracts all any every everything list show find give overview recent new newest ' +
    'latest current me what which are'
  ).split(' '),
);

/** Whether the question is about something: "latest papers" is not. */
export function namesTopic(question: string): boolean {
  return toAskedWords(question).some(({ asked }) => !OF_PAPERS.has(asked.toLowerCase()));
}
