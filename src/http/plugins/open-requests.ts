import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../../access/credentials.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Member, YoungSet } from '../young-set.ts';
import { whenClosed } from './closed-replies.ts';
import { endRequest } from './let-go.ts';

/** No literal, of which V8 soon makes old objects, with their requests: see `young-requests.ts`. */
class OpenRequest implements Member {
  readonly reply: FastifyReply;
  readonly token: string;
  place = -1;

  constructor(reply: FastifyReply, token: string) {
    this.reply = reply;
    this.token = token;
  }
}

/**
 * Ends within 10 s what a revoked or expired credential opened: a look takes 3 s at most, and what it told
 * holds for 3 s.
 */
const LOOK_EVERY_MS = 2_000;

/** Looks again at the credential of each request that is still open, such as a stream of events. */
export function watchOpenRequests(
  app: FastifyInstance,
  { credentials, logger }: { credentials: Credentials; logger: Logger },
): (reply: FastifyReply, token: string) => void {
  const open = new YoungSet<OpenRequest>();
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    await Promise.all(open.list().map(lookAt));
    isLooking = false;
  }

  async function lookAt({ reply, token }: OpenRequest): Promise<void> {
    const { request } = reply;
    const reason = await findReason(request, token);
    if (reason === null || reply.raw.closed) return;
    logger.info(
      { trace_id: request.id, by: request.by?.name, from: request.ip, reason },
      'a request ends, since its credential holds no longer',
    );
    endRequest(request, reply, new BioMcpError('UNAUTHENTICATED', null));
  }

  async function findReason(request: FastifyRequest, token: string): Promise<string | null> {
    try {
      const verdict = await credentials.lookAt(token, request);
      return verdict.caller === null ? verdict.reason : null;
    } catch (error) {
      return `it cannot be looked at: ${String(error)}`;
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
  return (reply, token) => {
    const opened = new OpenRequest(reply, token);
    open.add(opened);
    whenClosed(reply, () => open.delete(opened));
  };
}
