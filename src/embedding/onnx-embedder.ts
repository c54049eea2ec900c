import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Embedder } from './embedder.ts';
import { digestWeights, type OnnxModelFolder, readOnnxModelFolder, unusable } from './onnx-model-folder.ts';

type Transformers = typeof import('@huggingface/transformers');

/**
 * A sentence-transformers model run on this machine by Transformers.js: mean pooling, unit length.
 * `model` is a folder (then the network is never touched) or a model id, which is fetched once into
 * `cacheFolder` (default `~/.cache/bio-mcp/models`). `hubUrl` names another place than huggingface.co to
 * fetch it from. A text beyond the model's limit is cut off. Questions and passages are embedded alike.
 * Closing frees the model's memory.
 */
export async function openOnnxEmbedder(options: {
  model: string;
  cacheFolder?: string;
  hubUrl?: string;
  importTransformers?: () => Promise<Transformers>;
}): Promise<Embedder & AsyncDisposable> {
  const importTransformers = options.importTransformers ?? (() => import('@huggingface/transformers'));
  const transformers = await importTransformers().catch((cause: unknown) => {
    throw new BioMcpError(
      'EMBEDDINGS_UNAVAILABLE',
      'The onnx embedder needs a package that is not installed: run `npm install @huggingface/transformers@4.3.1`.',
      { cause },
    );
  });
  if (options.hubUrl !== undefined) transformers.env.remoteHost = options.hubUrl;
  const cacheFolder = options.cacheFolder ?? join(homedir(), '.cache', 'bio-mcp', 'models');
  const files = await readOnnxModelFolder(await toFolder(options.model, cacheFolder, transformers));
  const model = await loadModel(files, transformers);
  const tokenizer = createTokenizer(files, transformers);

  /**
   * One text at a time: quantised models scale their numbers by the largest in a batch, so that a text's
   * vector would depend on its neighbours; and without padding this is no slower on a CPU.
   */
  async function embedOne(text: string): Promise<Float32Array> {
    const all = tokenizer.encode(text);
    const ids = all.length > files.maxTokens ? [...all.slice(0, files.maxTokens - 1), all.at(-1) ?? 0] : all;
    const shape = [1, ids.length];
    const output: unknown = await model({
      input_ids: new transformers.Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new transformers.Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    });
    return toUnitMean(readHiddenState(output, files.folder), ids.length);
  }

  const { length: dimensions } = await embedOne('a');
  const knowsNothing = tokenizer.encode('').length;
  return {
    id: `onnx:${files.name}:${dimensions}:${(await digestWeights(files)).slice(0, 12)}`,
    dimensions,
    async embed(texts, _purpose, { signal }) {
      const vectors = new Float32Array(texts.length * dimensions);
      for (const [index, text] of texts.entries()) {
        signal.throwIfAborted();
        if (tokenizer.encode(text).length > knowsNothing)
          vectors.set(await embedOne(text), index * dimensions);
      }
      return vectors;
    },
    async [Symbol.asyncDispose]() {
      await model.dispose();
    },
  };
}

async function toFolder(model: string, cacheFolder: string, transformers: Transformers): Promise<string> {
  const isFolder = await stat(model).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder || isAbsolute(model) || model.startsWith('.')) return resolve(model);
  if (!/^[\w.-]+(?:\/[\w.-]+)?$/.test(model))
    throw unusable(model, 'does not exist, and its name is no model id');
  const folder = join(cacheFolder, model);
  const complete = await readOnnxModelFolder(folder).then(
    () => true,
    () => false,
  );
  if (!complete) await download(model, cacheFolder, transformers);
  return folder;
}

/** Transformers.js keeps the files under `cacheFolder` as they lie in the model's repository. */
async function download(model: string, cacheFolder: string, transformers: Transformers): Promise<void> {
  const { AutoModel, AutoTokenizer } = transformers;
  try {
    await AutoTokenizer.from_pretrained(model, { cache_dir: cacheFolder });
    const loaded = await AutoModel.from_pretrained(model, { cache_dir: cacheFolder, dtype: 'fp32' });
    await loaded.dispose();
  } catch (cause) {
    throw new BioMcpError(
      'EMBEDDINGS_UNAVAILABLE',
      'The model could not be fetched: check the network, or set BIO_MCP_ONNX_MODEL to a folder that holds it.',
      { message: `The model ${model} could not be fetched into ${cacheFolder}`, cause },
    );
  }
}

async function loadModel(files: OnnxModelFolder, { AutoModel, PretrainedConfig }: Transformers) {
  try {
    return await AutoModel.from_pretrained(files.folder, {
      local_files_only: true,
      config: new PretrainedConfig(files.config),
      subfolder: files.weightsFolder,
      model_file_name: files.weightsName,
      dtype: 'fp32', // adds no suffix to the file's name
      device: 'cpu',
    });
  } catch (cause) {
    throw unusable(files.folder, `holds ${files.weightsName}.onnx, which cannot be loaded`, cause);
  }
}

function createTokenizer(files: OnnxModelFolder, { PreTrainedTokenizer }: Transformers) {
  try {
    return new PreTrainedTokenizer(files.tokenizer, files.tokenizerConfig);
  } catch (cause) {
    throw unusable(files.folder, 'holds a tokenizer.json that cannot be used', cause);
  }
}

function readHiddenState(output: unknown, folder: string): Float32Array {
  const state: unknown =
    typeof output === 'object' && output !== null ? Reflect.get(output, 'last_hidden_state') : null;
  const values: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'data') : null;
  if (values instanceof Float32Array) return values;
  throw unusable(folder, 'holds a model without the output last_hidden_state: it makes no sentence vectors');
}

function toUnitMean(states: Float32Array, tokens: number): Float32Array {
  const dimensions = states.length / tokens;
  const mean = new Float64Array(dimensions);
  states.forEach((value, at) => {
    mean[at % dimensions] = (mean[at % dimensions] ?? 0) + value;
  });
  const norm = Math.hypot(...mean);
  return Float32Array.from(mean, (value) => value / norm);
}
