import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatStaticVectors, STATIC_DIMENSIONS } from '../src/embedding/static-vectors.ts';
import { WordPieceTokenizer } from '../src/embedding/word-piece-tokenizer.ts';
import { createWordPieceTrie } from '../src/embedding/word-piece-trie.ts';
import {
  centre,
  centreToUnit,
  columnMeans,
  createMatrix,
  type Matrix,
  project,
  rowOf,
} from './distillation/matrix.ts';
import { readPubmedTexts, type TeachingPassage, toPassages } from './distillation/passages.ts';
import { principalDirections } from './distillation/principal-directions.ts';
import { type Bag, fitTokenVectors, sumBags } from './distillation/ridge-fit.ts';
import { askModel } from './distillation/teacher.ts';

/**
 * SIF's a (Arora et al. 2017, "A simple but tough-to-beat baseline for sentence embeddings"): a token weighs
 * a / (a + p).
 */
const SIF_A = 1e-3;
/**
 * How many made-up tokens, spread over the vocabulary by Zipf's law, the counts of PubMed's tokens
 * are smoothed with.
 */
const PRIOR_TOKENS = 30_000;
const RIDGE = 3;
/**
 * All-but-the-top (Mu & Viswanath 2018): the direction along which abstracts spread most says little about
 * their subject and is left out; the others are evened out a little, each divided by its spread to this power
 * (1/2 would be full whitening).
 */
const LEFT_OUT = 1;
const EVENING_POWER = 0.15;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    text: { type: 'string', default: 'data/sample-1000.xml.gz' },
    out: { type: 'string', default: 'src/embedding/static-vectors.bin' },
  },
});
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  console.error('Usage: node scripts/distil-static-embedder.ts FOLDER [--text FILE.xml.gz] [--out FILE]');
  console.error('FOLDER holds all-MiniLM-L6-v2 as one .onnx and one tokenizer.json: see scripts/README.md.');
  process.exit(2);
}
const onnxFile = onlyFile(folder, '.onnx');
const vocabulary = readVocabulary(onlyFile(folder, 'tokenizer.json'));
const tokenizer = new WordPieceTokenizer(createWordPieceTrie(vocabulary, (bytes) => new ArrayBuffer(bytes)));

const texts = readPubmedTexts(values.text);
const passages = toPassages(texts, tokenizer);
console.log(`${texts.length} abstracts, ${passages.length} passages, ${vocabulary.length} tokens`);

const tokens = await ask(vocabulary.map((_, id) => [id]));
const answers = await ask(passages.map(({ ids }) => ids));

const centred = centreToUnit(answers, columnMeans(answers));
const { directions, keptShare } = principalDirections(centred, STATIC_DIMENSIONS + LEFT_OUT);
console.log(
  `${directions.rows} of ${answers.columns} dimensions keep ${(keptShare * 100).toFixed(1)} % of the variance`,
);

const weights = weighTokens();
const bags = passages.map(toBag);
const fitted = fitTokenVectors({
  tokens: project(centreToUnit(tokens, columnMeans(tokens)), directions),
  bags,
  targets: project(centred, directions),
  ridge: RIDGE,
});
console.log(
  `cosine to the model's answers ${fitted.cosineBefore.toFixed(3)} before, ${fitted.cosineAfter.toFixed(3)} after ${fitted.iterations} iterations`,
);

const evened = evenOut(fitted.vectors);
const file = formatStaticVectors({ vocabulary, dimensions: STATIC_DIMENSIONS, ...quantise(evened) });
writeFileSync(values.out, file);
console.log(
  `${values.out}: ${file.length} bytes, SHA-256 ${createHash('sha256').update(file).digest('hex')}`,
);
console.log(
  'Put the SHA-256 into src/embedding/static-vectors.ts (STATIC_VECTORS_SHA256) and scripts/README.md.',
);

async function ask(questions: readonly (readonly number[])[]): Promise<Matrix> {
  const started = performance.now();
  const { vectors, dimensions } = await askModel(onnxFile, questions, (done) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${done} / ${questions.length} asked`);
  });
  if (process.stdout.isTTY) process.stdout.write('\r');
  console.log(
    `${questions.length} answers of the model in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  return { rows: questions.length, columns: dimensions, values: Float64Array.from(vectors) };
}

/**
 * BERT's vocabulary is roughly in order of frequency, so a token's number stands in for its rank where
 * PubMed's sample is silent.
 */
function weighTokens(): Float64Array {
  const counts = new Float64Array(vocabulary.length);
  let total = 0;
  for (const { title, abstract } of texts) {
    const count = tokenizer.read([title, ...abstract].join(' '));
    for (const id of tokenizer.ids.subarray(0, count)) counts[id] = (counts[id] ?? 0) + 1;
    total += count;
  }
  const harmonic = vocabulary.reduce((sum, _, id) => sum + 1 / (id + 1), 0);
  return counts.map((count, id) => {
    if (/^\[(?:PAD|UNK|CLS|SEP|MASK|unused\d+)\]$/.test(vocabulary[id] ?? '')) return 0;
    const frequency = (count + PRIOR_TOKENS / (id + 1) / harmonic) / (total + PRIOR_TOKENS);
    return SIF_A / (SIF_A + frequency);
  });
}

function toBag({ ids, importance }: TeachingPassage): Bag {
  const distinct = [...new Set(ids)];
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return {
    importance,
    tokens: Int32Array.from(distinct),
    weights: Float64Array.from(distinct, (id) => (counts.get(id) ?? 0) * (weights[id] ?? 0)),
  };
}

function evenOut(vectors: Matrix): Matrix {
  const abstracts = sumBags(
    bags.filter(({ importance }) => importance > 1),
    vectors,
  );
  const unit = centreToUnit(abstracts, new Float64Array(abstracts.columns));
  const spreadOut = centre(unit, columnMeans(unit));
  const { directions: axes, spread } = principalDirections(spreadOut, vectors.columns);
  const turned = project(vectors, axes);
  const kept = createMatrix(vectors.rows, vectors.columns - LEFT_OUT);
  for (let token = 0; token < vectors.rows; token++) {
    const values = rowOf(turned, token).map(
      (value, axis) => value * ((spread[axis] ?? 1) / (spread[0] ?? 1)) ** -EVENING_POWER,
    );
    rowOf(kept, token).set(values.subarray(LEFT_OUT));
  }
  return kept;
}

/** Each row has its own scale, which takes in the token's weight. */
function quantise(vectors: Matrix): { rows: Int8Array; scales: Float32Array } {
  const rows = new Int8Array(vectors.values.length);
  const scales = new Float32Array(vectors.rows);
  for (let token = 0; token < vectors.rows; token++) {
    const weight = weights[token] ?? 0;
    const row = rowOf(vectors, token);
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (weight === 0 || largest === 0) continue;
    rows.set(
      row.map((value) => Math.round((value * 127) / largest)),
      token * vectors.columns,
    );
    scales[token] = (weight * largest) / 127;
  }
  return { rows, scales };
}

function onlyFile(path: string, ending: string): string {
  const found = readdirSync(path).filter((name) => name.endsWith(ending));
  const [name] = found;
  if (name === undefined || found.length > 1)
    throw new Error(`${path} holds ${found.length} files *${ending}; it must hold one`);
  return join(path, name);
}

function readVocabulary(tokenizerFile: string): string[] {
  // The layout is that of Hugging Face's tokenizers library for a WordPiece model.
  const { model } = JSON.parse(readFileSync(tokenizerFile, 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries(model.vocab)) pieces[id] = piece;
  return pieces;
}
