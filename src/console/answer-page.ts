import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallOptions } from '../domain/call-options.ts';
import { mayUse } from '../domain/caller.ts';
import type { Clock } from '../domain/clock.ts';
import { toErrorEnvelope } from '../errors/error-envelope.ts';
import { toCallerSignal } from '../http/caller-signal.ts';
import type { Invocation } from '../http/invocation.ts';
import type { Access } from '../http/plugins/guard.ts';
import type { ServiceHealth } from '../http/service-health.ts';
import type { Enqueued, JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue, ToolListing } from '../tools/catalogue.ts';
import { parseJobId } from '../tools/schemas/job-schema.ts';
import { type DocumentNeeds, renderDocument } from './document.ts';
import type { FormTokens } from './form-tokens.ts';
import { readForm } from './forms.ts';
import type { Asked, ConsolePage, PageAnswer } from './page.ts';
import { toQuery } from './request-facts.ts';

/** What every page is answered with. */
export interface PageNeeds {
  catalogue: Pick<Catalogue<never>, 'describe' | 'get'>;
  callTool(request: FastifyRequest, call: Invocation, options: CallOptions): Promise<unknown>;
  postJob(request: FastifyRequest, call: Invocation): Promise<Enqueued>;
  queue: Pick<JobQueue, 'cancel'>;
  health: ServiceHealth;
  document: DocumentNeeds;
  formTokens: FormTokens;
  access: Access | null;
  clock: Clock;
  logger: Logger;
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

export async function answerPage(
  needs: PageNeeds,
  page: ConsolePage,
  { request, reply }: Exchange,
): Promise<FastifyReply> {
  const asked = toAsked(needs, { request, reply });
  const answer = await page.answer(asked).catch((error: unknown) => {
    if (asked.signal.aborted) return null; // who asked has left: nobody reads the failure
    throw error;
  });
  if (answer === null || asked.signal.aborted) return reply.hijack();
  return send(reply, answer, { path: page.path, caller: request.by, formToken: asked.formToken }, needs);
}

function send(
  reply: FastifyReply,
  answer: PageAnswer,
  shown: Omit<Parameters<typeof renderDocument>[1], 'title' | 'heading' | 'content'>,
  { document }: PageNeeds,
): FastifyReply {
  if ('location' in answer) {
    for (const cookie of answer.cookies ?? []) reply.header('set-cookie', cookie);
    return reply.redirect(answer.location, 303);
  }
  if ('text' in answer) {
    reply.header(
      'content-disposition',
      `attachment; filename="${answer.fileName.replaceAll(/[^\w.-]/g, '-')}"`,
    );
    const { text } = answer;
    const isWhole = typeof text === 'string' || Buffer.isBuffer(text);
    return reply.type(answer.contentType).send(isWhole ? text : Readable.from(text, { objectMode: false }));
  }
  const { title, heading = title, content, status = 200 } = answer;
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(renderDocument(document, { ...shown, title, heading, content }));
}

function toAsked(needs: PageNeeds, { request, reply }: Exchange): Asked {
  const { catalogue, formTokens, clock, logger } = needs;
  const signal = toCallerSignal(reply);
  const caller = request.by ?? NOBODY;
  const call = async (tool: { name: string }, params: object): Promise<unknown> => {
    request.toolName = tool.name;
    return needs.callTool(request, { tool: tool.name, params: { ...params } }, { signal });
  };
  const attempt: Asked['attempt'] = async (tool, work) => {
    try {
      return { value: await work(), failure: null };
    } catch (error) {
      signal.throwIfAborted();
      const { body, status } = toErrorEnvelope(error, { traceId: request.id, tool: tool.name });
      request.errorCode = body.error_code;
      if (status >= 500)
        logger.error({ trace_id: request.id, tool: tool.name, err: error }, 'a call of a page failed');
      return { value: null, failure: body };
    }
  };
  return {
    address: request.url,
    origin: request.reachedAt,
    params: request.params as Record<string, string>, // Fastify's own, of the path
    query: toQuery(request),
    form: readForm(request),
    caller,
    mayUse: (scope) => mayUse(caller, scope),
    formToken: formTokens.make(request),
    now: clock.now(),
    traceId: request.id,
    signal,
    // The casts hold because runTool checks each answer by the schema of its tool.
    call: call as Asked['call'],
    tryCall: ((tool, params) => attempt(tool, () => call(tool, params))) as Asked['tryCall'],
    callListed: call,
    attempt,
    listTools: () => catalogue.describe().filter(({ scope }) => mayUse(caller, scope)),
    findTool(name) {
      request.requireScope(catalogue.get(name));
      // There is one, or `get` had thrown.
      return catalogue.describe().find((one) => one.name === name) as ToolListing;
    },
    readHealth: () => needs.health.read({ withSettings: mayUse(caller, 'admin'), signal }),
    async postJob({ name }, params) {
      request.toolName = name;
      const { job, deduplicated } = await needs.postJob(request, { tool: name, params: { ...params } });
      return { jobId: job.jobId, deduplicated };
    },
    async cancelJob(jobId) {
      request.requireScope({ name: 'cancel of a job', scope: 'sync' });
      await needs.queue.cancel(parseJobId(jobId), { signal });
    },
  };
}

/** Of a page that is open to all. */
const NOBODY = { name: null, via: 'nothing', scope: null } as const;
