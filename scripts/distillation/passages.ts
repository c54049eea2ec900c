import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SaxesParser } from 'saxes';
import type { WordPieceTokenizer } from '../../src/embedding/word-piece-tokenizer.ts';

/** The model reads 256 tokens, two of which are "[CLS]" and "[SEP]". */
const MAX_TOKENS = 254;
const SENTENCE_END = /(?<=[.?!])\s+(?=[A-Z])/;

export interface PubmedText {
  readonly title: string;
  readonly abstract: readonly string[];
  /** Keywords, MeSH descriptors, substances: as short as a question. */
  readonly terms: readonly string[];
}

export interface TeachingPassage {
  readonly ids: readonly number[];
  readonly importance: number;
}

/** An abstract counts as much as its sentences do together: there are nine of them on average. */
const ABSTRACT_IMPORTANCE = 9;

/**
 * Only as much of the XML as the distillation needs: the product's own parser may change without
 * changing the vectors.
 */
export function readPubmedTexts(file: string): PubmedText[] {
  const texts: PubmedText[] = [];
  const path: string[] = [];
  let title = '';
  let abstract: string[] = [];
  let terms: string[] = [];
  let text = '';
  const parser = new SaxesParser({ position: false });
  parser.on('opentag', ({ name }) => {
    path.push(name);
    if (isTextElement(name)) text = '';
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', ({ name }) => {
    path.pop();
    const parent = path.at(-1);
    if (name === 'ArticleTitle' && parent === 'Article') title = text;
    else if (name === 'AbstractText' && parent === 'Abstract') abstract.push(text);
    else if (name === 'Keyword' || name === 'DescriptorName' || name === 'NameOfSubstance') terms.push(text);
    else if (name === 'PubmedArticle') {
      texts.push({ title, abstract, terms });
      title = '';
      abstract = [];
      terms = [];
    }
  });
  parser.write(gunzipSync(readFileSync(file)).toString()).close();
  return texts;
}

function isTextElement(name: string): boolean {
  return ['ArticleTitle', 'AbstractText', 'Keyword', 'DescriptorName', 'NameOfSubstance'].includes(name);
}

/**
 * What the model is asked about, as piece ids, each passage once: whole abstracts with their titles, titles,
 * sentences and index terms. Lengths from one word to 254 tokens, as questions and passages have.
 */
export function toPassages(texts: readonly PubmedText[], tokenizer: WordPieceTokenizer): TeachingPassage[] {
  const passages = new Map<string, TeachingPassage>();
  const add = (text: string, importance = 1): void => {
    const ids = [...tokenizer.ids.subarray(0, Math.min(tokenizer.read(text), MAX_TOKENS))];
    const key = ids.join();
    if (ids.length > 0 && !passages.has(key)) passages.set(key, { ids, importance });
  };
  for (const { title, abstract, terms } of texts) {
    add([title, ...abstract].join(' '), ABSTRACT_IMPORTANCE);
    add(title);
    for (const piece of abstract) for (const sentence of piece.split(SENTENCE_END)) add(sentence);
    for (const term of terms) add(term);
  }
  return [...passages.values()];
}
