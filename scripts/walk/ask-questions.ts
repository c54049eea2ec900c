import type { Client } from '@modelcontextprotocol/client';
import { type MadeCall, makeCall } from '../../tests/support/mcp/mcp-assistant.ts';
import type { RecordLibrary } from '../../tests/support/pubmed/ncbi-stand-in/record-library.ts';

interface Question {
  kind: string;
  name: string;
  params: Record<string, unknown>;
}

/** Retracted at NCBI while the walk is under way. */
const RETRACTED = 27_189_285;
const search = (kind: string, query: string, more: Record<string, unknown> = {}): Question => ({
  kind,
  name: 'rag_search',
  params: { query, top_k: 5, ...more },
});

const QUESTIONS: readonly Question[] = [
  search('a gene', 'How does EGFR-mutant lung cancer become resistant to kinase inhibitors?'),
  search('a drug by its generic name', 'trastuzumab resistance'),
  search('the same drug by its brand name', 'Herceptin'),
  search('a Greek letter', 'TGF-β in macrophages'),
  search('an author', 'Okamoto H'),
  search('a DOI', '10.1080/00498254.2020.1755909'),
  search('a PMID', 'PMID: 29507618'),
  search('a phrase', '"quality of life" in older people'),
  search('an exclusion', 'thyroid disease -cancer'),
  search('a retraction', 'subclinical hypothyroidism in childhood cancer survivors'),
  search('what the corpus cannot answer', 'Does Tagrisso prolong survival?'),
  search('dates and a journal', 'falls in older people', {
    filters: { date_from: '2019-06', journals: ['International journal of exercise science'] },
  }),
  search('another language', 'Wie senkt man das Sturzrisiko bei alten Menschen?'),
];

/** An answer of some length, by the rule of thumb for English: four characters a token. */
export function toTokens(characters: number): number {
  return Math.round(characters / 4);
}

/** Each question with the head of its answer, and what the answers took. */
export async function askQuestions(client: Client, library: RecordLibrary): Promise<string> {
  library.retract(RETRACTED, { notice: 60_000_009, mdat: '2026/11/24' });
  await makeCall(client, 'pubmed_get', { pmids: [String(RETRACTED)], refresh: true });
  const asked: { kind: string; call: MadeCall }[] = [];
  for (const { kind, name, params } of QUESTIONS)
    asked.push({ kind, call: await makeCall(client, name, params) });
  const texts = asked.map(({ call }) => call.text.length);
  const structured = asked.map(({ call }) => JSON.stringify(call.structured ?? {}).length);
  const all = sum(texts);
  return [
    `${asked.length} questions took ${all.toLocaleString('en')} characters of text, about ${toTokens(all).toLocaleString('en')} tokens, ` +
      `${toTokens(all / asked.length).toLocaleString('en')} each (longest ${toTokens(Math.max(...texts)).toLocaleString('en')}); ` +
      `as structured content ${sum(structured).toLocaleString('en')} characters.`,
    ...asked.map(({ kind, call }) => toExchange(kind, call)),
  ].join('\n\n');
}

/** Of the text: what is said first, and the papers by their titles. */
function toExchange(kind: string, { name, params, text }: MadeCall): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const shown: string[] = [];
  for (const line of lines) {
    if (/^\d+\. /.test(line)) shown.push('', line);
    else if (/^ {3}(?:PMID|\w+In:|\w+Of:)/.test(line)) shown.push(line);
    else if (!line.startsWith('   ')) shown.push(line);
    else if (shown.filter((one) => one.startsWith('   “') || /^ {3}[^“]*: “/.test(one)).length === 0)
      shown.push(line);
  }
  const body = shown.map((line) => (line.length > 160 ? `${line.slice(0, 160)} …` : line)).join('\n');
  const call = `${name} ${JSON.stringify(params)}`;
  return `**${capitalise(kind)}** (${text.length.toLocaleString('en')} characters)\n\n\`\`\`\n> ${call}\n${body}\n\`\`\``;
}

function capitalise(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
