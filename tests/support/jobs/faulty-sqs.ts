import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** `refuses-last`: of a batch, SQS takes all entries but the last. */
export type SqsFault = 'none' | 'down' | 'slow' | 'denied' | 'refuses-last';

/** Stands between this project and a real SQS server, and spoils its answers as the test says. */
export interface FaultySqs extends AsyncDisposable {
  /** The same queue's URL, through here. */
  through(queueUrl: string): string;
  fault: SqsFault;
  /** The actions that arrived, with what the fault was then. */
  readonly seen: { action: string; fault: SqsFault }[];
  /** Resolves at the next action of that name that meets the fault. */
  meets(action: string, fault: SqsFault): Promise<void>;
}

const SLOW_MS = 5_000;
/** As SQS says it (AWS JSON protocol). */
const DENIED = JSON.stringify({
  __type: 'com.amazon.coral.service#AccessDeniedException',
  message: 'User: arn:aws:iam::123456789012:user/worker is not authorized to perform this action.',
});

export async function startFaultySqs(target: string): Promise<FaultySqs> {
  const seen: FaultySqs['seen'] = [];
  const watchers: { action: string; fault: SqsFault; resolve: () => void }[] = [];
  const { hostname, port } = new URL(target);

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const action = String(incoming.headers['x-amz-target']).replace('AmazonSQS.', '');
    const { fault } = self;
    seen.push({ action, fault });
    for (const watcher of watchers.splice(0)) {
      if (watcher.action === action && watcher.fault === fault) watcher.resolve();
      else watchers.push(watcher);
    }
    if (fault === 'down') return void incoming.destroy();
    if (fault === 'denied') {
      outgoing.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' }).end(DENIED);
      return;
    }
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS).unref());
    // Whoever asked has given up meanwhile.
    if (outgoing.destroyed) return;
    const { method, url, headers } = incoming;
    if (fault === 'refuses-last' && action === 'SendMessageBatch') return refuseLast(incoming, outgoing);
    const forward = request({ hostname, port, method, path: url, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    forward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forward.destroy());
    incoming.pipe(forward);
  }

  async function refuseLast(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { Entries, QueueUrl } = (await json(incoming)) as { Entries: { Id: string }[]; QueueUrl: string };
    const last = Entries.pop();
    const { authorization = '', 'x-amz-target': named = '', 'x-amz-date': date = '' } = incoming.headers;
    const reply = await fetch(target, {
      method: 'POST',
      headers: {
        authorization,
        'x-amz-target': String(named),
        'x-amz-date': String(date),
        'content-type': 'application/x-amz-json-1.0',
      },
      body: JSON.stringify({ Entries, QueueUrl }),
    });
    const answered = (await reply.json()) as object;
    const Failed = [{ Id: last?.Id, SenderFault: false, Code: 'InternalError' }];
    const body = JSON.stringify({ ...answered, Failed });
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  }

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as AddressInfo; // a TCP server's address
  const self: FaultySqs = {
    fault: 'none',
    seen,
    through(queueUrl) {
      const url = new URL(queueUrl);
      url.host = `127.0.0.1:${ownPort}`;
      return url.href;
    },
    meets: (action, fault) => new Promise((resolve) => watchers.push({ action, fault, resolve })),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}
