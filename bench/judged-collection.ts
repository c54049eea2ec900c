import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Judgements, parseJudgements } from '../src/evaluation/judgements.ts';
import { parseQuestions, type Question } from '../src/evaluation/questions.ts';
import { parseSmart, type SmartEntry } from '../src/evaluation/smart.ts';

/** PMIDs must not begin with a zero, and need not be PubMed's. */
const PMID_OFFSET = 1_000_000;

export interface JudgedCollection {
  texts: SmartEntry[];
  questions: Question[];
  /** By PMID. */
  judgements: Judgements;
  /** The texts as PubMed records. */
  xml: string;
}

/** A collection in the form of the SMART collections: `NAME.ALL`, `NAME.QRY` and `NAME.REL` in `folder`. */
export async function readCollection(folder: string, name: string): Promise<JudgedCollection> {
  const read = (ending: string) => readFile(join(folder, `${name}.${ending}`), 'utf8');
  const texts = parseSmart(await read('ALL'));
  const judgements = withPmids(parseJudgements(await read('REL')));
  return { texts, questions: parseQuestions(await read('QRY')), judgements, xml: toXml(texts) };
}

export function toPmid(id: string): string {
  return String(PMID_OFFSET + Number(id));
}

function withPmids(all: Judgements): Judgements {
  return new Map(
    [...all].map(([question, grades]) => [
      question,
      new Map([...grades].map(([text, grade]) => [toPmid(text), grade])),
    ]),
  );
}

function toXml(entries: readonly SmartEntry[]): string {
  const records = entries.map(({ id, fields }) => {
    const [title, text] = [toText(fields.get('T')), toText(fields.get('W'))];
    return `<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">${toPmid(id)}</PMID><Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>1970</Year></PubDate></JournalIssue></Journal><ArticleTitle>${title}</ArticleTitle><Abstract><AbstractText>${text}</AbstractText></Abstract><Language>eng</Language></Article></MedlineCitation></PubmedArticle>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n${records.join('\n')}\n</PubmedArticleSet>\n`;
}

function toText(field = ''): string {
  return field.replaceAll(/\s+/g, ' ').trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
