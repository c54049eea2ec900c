import { z } from 'zod';
import type { JobPart } from '../domain/jobs/job.ts';
import { parseParams } from './params/parse-params.ts';
import { inWrittenNames } from './params/written-names.ts';
import { toOutline } from './shown/outline.ts';
import type { TellOptions } from './tell-options.ts';
import type { ShowOptions, ToolCommand } from './tool-command.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { type CorpusChange, DEFAULT_LIMITS, type ToolFacts, type ToolListingForm } from './tool-facts.ts';

/** A job that ended when its parts did. */
export interface SplitJob {
  readonly jobId: string;
  /** Where its result lies, which names the manifest of each part. */
  readonly resultRef: string;
  readonly durationMs: number;
}

/** The records of an answer, each with its `pmid`, and the call that brings those that were left out. */
export interface RestOfRecords<Input extends z.ZodObject> {
  /** The field of the answer that lists them. */
  readonly list: string;
  /** The tool to call. Default: the same. */
  readonly tool?: string;
  /** `written` is what the caller gave, without defaults; the first `shown` records were not left out. */
  toParams(
    written: Partial<z.output<Input>>,
    pmids: readonly string[],
    shown: number,
  ): Record<string, unknown>;
}

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject, Services>
  extends ToolFacts {
  readonly input: Input;
  readonly output: Output;
  /** Other names callers use for a parameter, each with the name it stands for: `{ q: 'term' }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** How many calls run at once unless the settings say otherwise. Default: `DEFAULT_LIMITS`. */
  readonly limit?: number;
  /** Default: `full`. */
  readonly listing?: ToolListingForm;
  /**
   * The parameter, in seconds, that makes a call do nothing but wait: such a call holds
   * up nobody (`findWait`).
   */
  readonly waitParam?: keyof z.output<Input> & string;
  /**
   * Parameters that keep an answer short where a model reads it: over MCP they are given for a caller that
   * leaves them out. Default: none.
   */
  readonly spared?: Readonly<Partial<z.input<Input>>>;
  /** Where an answer of many records may be too long for a conversation. */
  readonly rest?: RestOfRecords<Input>;
  /** What an answered call of a short tool changed; of a long one its job tells. Default: nothing. */
  changes?(answer: z.output<Output>): readonly CorpusChange[];
  /** How the command line offers it, where that does not follow from name and schema. */
  readonly command?: ToolCommand;
  /**
   * Parameters that may name files: the command line makes them absolute, since another process may
   * run the tool.
   */
  readonly fileParams?: readonly (keyof z.output<Input> & string)[];
  /** The answer as text for a model to read and to quote from. Default: names and values (`toOutline`). */
  tell?(answer: z.output<Output>, options: TellOptions): string;
  /**
   * What to ask of the same tool after this answer, beside what the caller wrote; `null`: nothing. Default:
   * the page that `next_cursor` leads to.
   */
  next?(
    answer: z.output<Output>,
    written: Readonly<Partial<z.output<Input>>>,
  ): Readonly<Partial<z.input<Input>>> | null;
  /** The answer in words for a person at a terminal. Default: as JSON. */
  show?(answer: z.output<Output>, options: ShowOptions): string | Promise<string>;
  /** What a person must hear and a file that takes the answer must not; empty: nothing. */
  showAside?(answer: z.output<Output>): string;
  /** Throws `VALIDATION` for what the surface may not ask for: asked before a job is made of a call. */
  check?(
    params: z.output<Input>,
    context: Pick<ToolContext<Services>, 'services' | 'surface'>,
  ): Promise<void>;
  /**
   * Smaller calls that come to the same, so that workers share a job: asked once, before it runs; its
   * parts are not split again. None: it runs in one piece.
   */
  split?(
    params: z.output<Input>,
    context: ToolContext<Services>,
  ): Promise<readonly JobPart<z.input<Input>>[]>;
  /** One answer of those of the parts, in their order, for whoever waited for a job that was split. */
  join?(answers: readonly z.output<Output>[], job: SplitJob): z.input<Output>;
  /** Throws what went wrong and formats nothing. */
  run(params: z.output<Input>, context: ToolContext<Services>): Promise<z.input<Output>>;
}

/** A tool as the surfaces see it: its parameter types are behind `runTool`. */
export interface Tool<Services = CorpusServices, Output extends z.ZodType = z.ZodType> extends ToolFacts {
  readonly input: z.ZodObject;
  readonly output: Output;
  readonly aliases: Readonly<Record<string, string>>;
  readonly limit: number;
  readonly listing: ToolListingForm;
  readonly waitParam: string | undefined;
  readonly spared: Readonly<Record<string, unknown>>;
  readonly rest:
    | {
        readonly list: string;
        readonly tool?: string;
        toParams(
          written: Readonly<Record<string, unknown>>,
          pmids: readonly string[],
          shown: number,
        ): Record<string, unknown>;
      }
    | undefined;
  readonly changes: (answer: unknown) => readonly CorpusChange[];
  readonly command: ToolCommand;
  readonly fileParams: readonly string[];
  readonly tell: (answer: object, options: TellOptions) => string;
  readonly next: (
    answer: object,
    written: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>> | null;
  readonly show: ((answer: unknown, options: ShowOptions) => string | Promise<string>) | undefined;
  readonly showAside: (answer: unknown) => string;
  /** For `enqueueJob` only. */
  readonly check:
    | ((
        params: Readonly<Record<string, unknown>>,
        context: Pick<ToolContext<Services>, 'services' | 'surface'>,
      ) => Promise<void>)
    | undefined;
  /** For `splitCall` only. */
  readonly split:
    | ((
        params: Readonly<Record<string, unknown>>,
        context: ToolContext<Services>,
      ) => Promise<readonly JobPart[]>)
    | undefined;
  readonly join: ((answers: readonly unknown[], job: SplitJob) => unknown) | undefined;
  /** For `runTool` only, which checks both sides. */
  readonly run: (
    params: Readonly<Record<string, unknown>>,
    context: ToolContext<Services>,
  ) => Promise<unknown>;
}

/**
 * `Services` follows from the type that `run` gives its context; without one it is all of `CorpusServices`.
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject, Services = CorpusServices>(
  definition: ToolDefinition<Input, Output, Services>,
): Tool<Services, Output> {
  return {
    ...definition,
    input: definition.input.strict(),
    aliases: definition.aliases ?? {},
    limit: definition.limit ?? DEFAULT_LIMITS[definition.kind],
    listing: definition.listing ?? 'full',
    waitParam: definition.waitParam,
    spared: definition.spared ?? {},
    rest: definition.rest && toRest(definition.rest),
    command: definition.command ?? {},
    fileParams: definition.fileParams ?? [],
    // The casts hold because runTool checked the answer.
    changes: (answer) => definition.changes?.(answer as z.output<Output>) ?? [],
    tell: (answer, options) => definition.tell?.(answer as z.output<Output>, options) ?? toOutline(answer),
    next: (answer, written) =>
      definition.next === undefined
        ? toNextPage(answer)
        : definition.next(answer as z.output<Output>, written as Partial<z.output<Input>>),
    show:
      definition.show && ((answer, options) => definition.show?.(answer as z.output<Output>, options) ?? ''),
    showAside: (answer) => definition.showAside?.(answer as z.output<Output>) ?? '',
    // The cast holds because enqueueJob hands over nothing but what `input` made.
    check:
      definition.check &&
      ((params, context) => definition.check?.(params as z.output<Input>, context) ?? Promise.resolve()),
    split: definition.split && ((params, context) => toSplit(definition, params, context)),
    // The cast holds because the answers of jobs were checked when their tool ran.
    join: definition.join && ((answers, job) => definition.join?.(answers as z.output<Output>[], job)),
    // The cast holds because runTool hands over nothing but what `input` made.
    run: (params, context) => definition.run(params as z.output<Input>, context),
  };
}

function toNextPage(answer: { next_cursor?: string | null }): { cursor: string } | null {
  return typeof answer.next_cursor === 'string' ? { cursor: answer.next_cursor } : null;
}

/** The cast holds because what a caller wrote is read by the schema first. */
function toRest<Input extends z.ZodObject>(rest: RestOfRecords<Input>) {
  return {
    ...rest,
    toParams: (written: Readonly<Record<string, unknown>>, pmids: readonly string[], shown: number) =>
      rest.toParams(written as Partial<z.output<Input>>, pmids, shown),
  };
}

/**
 * Checks the parameters, runs the tool and checks its answer. Throws `VALIDATION` for parameters, whatever
 * the tool throws, and a plain error (so `INTERNAL`) where the answer breaks the tool's own contract.
 */
export async function runTool<Services, Output extends z.ZodType>(
  tool: Tool<Services, Output>,
  rawParams: unknown,
  context: ToolContext<Services>,
): Promise<z.output<Output>> {
  const params = parseParams(tool, rawParams);
  context.signal.throwIfAborted();
  const answer = tool.output.safeParse(
    await inWrittenNames(tool, rawParams, () => tool.run(params, context)),
  );
  if (!answer.success) {
    throw new Error(`${tool.name} answered against its output schema: ${z.prettifyError(answer.error)}`);
  }
  return answer.data;
}

/** The parts, with their parameters checked; `[]` where the call is to run in one piece. */
export async function splitCall<Services>(
  tool: Tool<Services>,
  rawParams: unknown,
  context: ToolContext<Services>,
): Promise<JobPart[]> {
  const parts = (await tool.split?.(parseParams(tool, rawParams), context)) ?? [];
  return parts.map(({ params, inTurn }) => ({ params: parseParams(tool, params), inTurn }));
}

/** The cast holds because splitCall hands over nothing but what `input` made. */
async function toSplit<Input extends z.ZodObject, Output extends z.ZodObject, Services>(
  { split }: ToolDefinition<Input, Output, Services>,
  params: Readonly<Record<string, unknown>>,
  context: ToolContext<Services>,
): Promise<readonly JobPart[]> {
  return (await split?.(params as z.output<Input>, context)) ?? [];
}
