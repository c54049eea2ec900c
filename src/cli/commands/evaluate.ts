import { type Command, InvalidArgumentError, Option } from 'commander';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import { parseParams } from '../../tools/params/parse-params.ts';
import type { CommandInputs } from './command-inputs.ts';
import { json, toJsonObject, toWholeNumber } from './command-options.ts';

const MOST_RESAMPLES = 1_000_000;
const MODES = ['bm25', 'semantic', 'hybrid'] as const;

interface Given {
  queries: string;
  judgements: string;
  mode: (typeof MODES)[number][];
  params: Record<string, unknown>;
  against?: Record<string, unknown>;
  againstRun?: string;
  saveRun?: string;
  topicField?: string;
  seed: number;
  resamples: number;
  json?: boolean;
}

export function addEvaluate(program: Command, inputs: CommandInputs): void {
  const toParams = (text: string) => toSearchParams(inputs.catalogue, text);
  program
    .command('evaluate')
    .description(
      'ask the corpus judged questions and measure what comes first: nDCG@10, MRR@10 and recall@50 by search mode, ' +
        'each with its 95 % interval. The judgements name PMIDs',
    )
    .requiredOption('-q, --queries <file>', 'the questions, in the form of TREC, BEIR or SMART')
    .requiredOption('-j, --judgements <file>', 'which PMIDs answer which question, in any of those forms')
    .addOption(
      new Option('-m, --mode <modes...>', 'the search modes to measure').choices(MODES).default([...MODES]),
    )
    .option(
      '-p, --params <json>',
      'more parameters of rag.search, such as {"checkpoint_id": "…"}',
      toParams,
      {},
    )
    .option('--against <json>', 'ask with these parameters too and compare, such as {"alpha": 0.3}', toParams)
    .option('--against-run <file>', 'compare with a run that was saved, of another corpus or other settings')
    .option('--save-run <file>', "write what was found, in TREC's form, for --against-run")
    .option('--topic-field <name>', 'the part of a TREC topic to ask (default: its title)')
    .option('--seed <number>', 'of the resampling; the same seed gives the same intervals', toWholeNumber, 1)
    .option('--resamples <count>', 'how often the questions are drawn anew', toResamples, 10_000)
    .addOption(json())
    .action((given: Given) => evaluate(inputs, given));
}

function toSearchParams(catalogue: Catalogue, text: string): Record<string, unknown> {
  const params = toJsonObject(text);
  try {
    parseParams(catalogue.get('rag.search'), { query: 'one of the questions', ...params });
    return params;
  } catch (error) {
    throw error instanceof ValidationError ? new InvalidArgumentError(error.hint) : error;
  }
}

function toResamples(text: string): number {
  const number = toWholeNumber(text);
  if (number >= 1 && number <= MOST_RESAMPLES) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_RESAMPLES}.`);
}

async function evaluate({ session, stdout, stderr, signal }: CommandInputs, given: Given): Promise<void> {
  const { runEvaluation } = await import('../evaluate.ts');
  const { mode: modes, json: asJson = false, ...options } = given;
  await runEvaluation(session, { ...options, modes, json: asJson, stdout, stderr, signal });
}
