import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { BioMcpError, ValidationError } from '../../errors/bio-mcp-error.ts';
import { describeIssues } from '../../errors/describe-issues.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import { runTool } from '../../tools/define-tool.ts';
import { sendError } from '../plugins/error-answers.ts';

export interface ToolRoutesOptions<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  logger: Logger;
}

const invocation = z.strictObject({
  tool: z.string().min(1).max(100),
  params: z.record(z.string(), z.unknown()).default({}),
  idempotency_key: z.string().min(1).max(200).optional(),
});
const INVOCATION_FIELDS = Object.keys(invocation.shape);

export async function toolRoutes<Services>(
  app: FastifyInstance,
  { catalogue, services, logger }: ToolRoutesOptions<Services>,
): Promise<void> {
  app.get('/v1/mcp/tools', async () => ({ tools: catalogue.describe() }));

  app.post('/v1/mcp/invoke', async (request, reply) => {
    const traceId = request.id;
    request.toolName = findToolName(request.body);
    // Nobody waits any more once the connection is gone before the answer is out.
    const abandoned = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableEnded) abandoned.abort();
    });
    try {
      const { tool: name, params } = parseInvocation(request.body);
      const tool = catalogue.get(name);
      if (tool.kind === 'long') throw toRequiresJob(name, params);
      const result = await runTool(tool, params, {
        services,
        signal: abandoned.signal,
        traceId,
        logger: logger.child({ trace_id: traceId, tool: name }),
        surface: 'http',
      });
      return { ok: true, tool: name, result, trace_id: traceId };
    } catch (error) {
      if (abandoned.signal.aborted) return reply.hijack();
      return sendError(error, { request, reply, logger });
    }
  });
}

function parseInvocation(body: unknown): z.output<typeof invocation> {
  const parsed = invocation.safeParse(body ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new ValidationError(
    describeIssues(parsed.error.issues, { noun: 'field', knownNames: INVOCATION_FIELDS }),
  );
}

/** For the log and the envelope, also where the rest of the body is wrong. */
function findToolName(body: unknown): string | null {
  const parsed = invocation.pick({ tool: true }).strip().safeParse(body);
  return parsed.success ? parsed.data.tool : null;
}

/** Names the command that does run it, with the caller's own parameters, quoted for a POSIX shell. */
function toRequiresJob(name: string, params: Record<string, unknown>): BioMcpError {
  const quoted = `'${JSON.stringify(params).replaceAll("'", "'\\''")}'`;
  return new BioMcpError(
    'TOOL_REQUIRES_JOB',
    `${name} runs longer than a request may. Run it on the command line: bio-mcp invoke ${name} --params ${quoted}`,
  );
}
