import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ValidationError } from '../errors/bio-mcp-error.ts';

/** The files of a sentence-transformers model, found in its folder. Paths are absolute. */
export interface OnnxModelFolder {
  readonly folder: string;
  readonly name: string;
  /** Relative to `folder`; '' where the weights lie beside the tokenizer. */
  readonly weightsFolder: string;
  /** Without ".onnx". */
  readonly weightsName: string;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  readonly config: { readonly model_type: string };
  readonly maxTokens: number;
}

/**
 * What the model's own configuration would say: a folder with nothing but weights and tokenizer.json is taken
 * for a BERT.
 */
const BERT_CONFIG = { model_type: 'bert' };
const BERT_TOKENIZER_CONFIG = {
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  unk_token: '[UNK]',
  mask_token: '[MASK]',
};
/** BERT's number of positions; a text is cut there. */
const BERT_MAX_TOKENS = 512;
/** Where several files of weights lie, the most precise is taken. */
const PREFERRED_WEIGHTS = [
  'onnx/model.onnx',
  'model.onnx',
  'onnx/model_fp16.onnx',
  'onnx/model_quantized.onnx',
];

/**
 * Reads a folder as Hugging Face lays it out (`config.json`, `tokenizer.json`, `onnx/model.onnx`), or one
 * that holds just one `.onnx` and one `tokenizer.json`, with or without a prefix to their names. A missing
 * file is an error that names both.
 */
export async function readOnnxModelFolder(folder: string): Promise<OnnxModelFolder> {
  const names = await listFiles(folder);
  const weights = PREFERRED_WEIGHTS.find((name) => names.includes(name)) ?? onlyName(folder, names, '.onnx');
  const tokenizerFile = names.includes('tokenizer.json')
    ? 'tokenizer.json'
    : onlyName(folder, names, 'tokenizer.json');
  const config = await readJson(folder, names, 'config.json', BERT_CONFIG);
  const tokenizerConfig = await readJson(folder, names, 'tokenizer_config.json', BERT_TOKENIZER_CONFIG);
  const weightsName = basename(weights, '.onnx');
  return {
    folder,
    name: weightsName.startsWith('model') ? basename(folder) : weightsName,
    weightsFolder: weights.startsWith('onnx/') ? 'onnx' : '',
    weightsName,
    tokenizer: await readJson(folder, names, tokenizerFile, {}),
    tokenizerConfig,
    config: { ...BERT_CONFIG, ...config },
    maxTokens: Math.min(
      numberIn(tokenizerConfig, 'model_max_length'),
      numberIn(config, 'max_position_embeddings'),
      BERT_MAX_TOKENS,
    ),
  };
}

/** SHA-256 over the weights, those kept in a separate `.onnx_data` file included. */
export async function digestWeights({
  folder,
  weightsFolder,
  weightsName,
}: OnnxModelFolder): Promise<string> {
  const hash = createHash('sha256');
  const weights = join(folder, weightsFolder);
  const pieces = (await readdir(weights)).filter((name) => name.startsWith(`${weightsName}.onnx`)).sort();
  for (const piece of pieces) await pipeline(createReadStream(join(weights, piece)), hash, { end: false });
  return hash.digest('hex');
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw unusable(folder, 'cannot be read: is it a folder, and may this process read it?', cause);
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function onlyName(folder: string, names: readonly string[], ending: string): string {
  const found = names.filter((name) => name.endsWith(ending) && !name.includes('/'));
  const [name] = found;
  if (name === undefined) throw unusable(folder, `holds no file named *${ending}`);
  if (found.length > 1) throw unusable(folder, `holds several files named *${ending}: ${found.join(', ')}`);
  return name;
}

async function readJson(
  folder: string,
  names: readonly string[],
  name: string,
  absent: object,
): Promise<object> {
  if (!names.includes(name)) return absent;
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw unusable(folder, `holds ${name}, which is no JSON`, cause);
  }
  throw unusable(folder, `holds ${name}, which is no JSON object`);
}

/** Some configurations say "no limit" by a number of thirty digits. */
function numberIn(config: object, key: string): number {
  const value: unknown = Reflect.get(config, key);
  return typeof value === 'number' && value > 0 ? value : Number.POSITIVE_INFINITY;
}

export function unusable(folder: string, what: string, cause?: unknown): ValidationError {
  return new ValidationError(
    'BIO_MCP_ONNX_MODEL must name a folder with an .onnx file and a tokenizer.json, or a model id such as Xenova/all-MiniLM-L6-v2.',
    { message: `The model folder ${folder} ${what}`, cause },
  );
}
