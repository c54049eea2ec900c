import type { z } from 'zod';
import type { Caller, Scope } from '../domain/caller.ts';
import type { ErrorEnvelope } from '../errors/error-envelope.ts';
import type { ServiceReport } from '../http/service-health.ts';
import type { ToolListing } from '../tools/catalogue.ts';
import type { Tool } from '../tools/define-tool.ts';
import type { Markup } from './html.ts';

/** A page of the console, one a file: its address, who may see it, and how it answers. */
export interface ConsolePage {
  /** Below `/ui`: `/ui/papers/:pmid`. */
  readonly path: string;
  /** Other addresses that answer the same. Default: none. */
  readonly aliases?: readonly string[];
  /**
   * Default: `GET`. A form that changes something is posted, and answered by a redirect; one that tries a
   * tool by what the tool answers.
   */
  readonly method?: 'GET' | 'POST';
  /** What its link in the navigation says. Default: it has none. */
  readonly navigation?: string;
  /** What its link in the foot of each page says. Default: it has none. */
  readonly foot?: string;
  /** Who may not do this gets no link, and is refused. Default: `read`; `open`: nobody is asked who he is. */
  readonly scope?: Scope | 'open';
  answer(asked: Asked): Promise<PageAnswer>;
}

export type PageAnswer =
  | {
      readonly title: string;
      /** Default: the title. */
      readonly heading?: Markup;
      /** What stands below the heading. */
      readonly content: Markup;
      /** Default: 200. */
      readonly status?: number;
    }
  /** Within the console, or the page of an issuer. */
  | { readonly location: string; readonly cookies?: readonly string[] }
  /**
   * To be kept as a file of this name. Pieces are sent as they come; where one fails, so does the download.
   */
  | {
      readonly fileName: string;
      readonly contentType: string;
      readonly text: string | Buffer | AsyncGenerator<string>;
    };

/** What a page may say of a call that failed; the same that any other caller is told. */
export type Failure = ErrorEnvelope;

/** One request for a page, and what the page may do for whoever asks. */
export interface Asked {
  /** Path and query. */
  readonly address: string;
  /** Where the server is reached, without a path; `null`: the request tells none. */
  readonly origin: string | null;
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Of a post; its token was checked. */
  readonly form: URLSearchParams;
  readonly caller: Caller;
  mayUse(scope: Scope): boolean;
  /** Every form that posts holds it: `<input type="hidden" name="token" value=${asked.formToken} />`. */
  readonly formToken: string;
  readonly now: Date;
  readonly traceId: string;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Calls a short tool as whoever asks, as `POST /v1/mcp/invoke` does. Throws what the tool throws. */
  call<Output extends z.ZodType>(tool: Tool<never, Output>, params: object): Promise<z.output<Output>>;
  /** The same, for a part of a page: where the call fails, the page says so in that place. */
  tryCall<Output extends z.ZodType>(
    tool: Tool<never, Output>,
    params: object,
  ): Promise<Tried<z.output<Output>>>;
  /** Those that whoever asks may call, as `GET /v1/mcp/tools` lists them. */
  listTools(): readonly ToolListing[];
  /** One of them. Throws `TOOL_NOT_FOUND`, and `FORBIDDEN` for one that the caller may not call. */
  findTool(name: string): ToolListing;
  /** As `call`, for a tool that is known by its listing alone. */
  callListed(tool: ToolListing, params: object): Promise<unknown>;
  /** Does `work` for a part of a page: where it fails, the page says so in that place. */
  attempt<Value>(tool: Pick<ToolListing, 'name'>, work: () => Promise<Value>): Promise<Tried<Value>>;
  /** Makes a job of a call, as `POST /v1/jobs` does. */
  postJob(tool: Pick<Tool<never>, 'name'>, params: object): Promise<{ jobId: string; deduplicated: boolean }>;
  /** As `GET /v1/health` does. */
  readHealth(): Promise<ServiceReport>;
  /** As `DELETE /v1/jobs/{id}` does. */
  cancelJob(jobId: string): Promise<void>;
}

export type Tried<Value> =
  | { readonly value: Value; readonly failure: null }
  | { readonly value: null; readonly failure: Failure };
