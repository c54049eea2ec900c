import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '../../../scripts/services/catalogue.ts';
import { endWithTest } from '../awaited.ts';
import { findFreePort } from '../postgres/embedded-postgres.ts';

/** As the variables of AWS's own programs. */
export type AwsKeys = Readonly<
  Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN', string>
>;

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | readonly string[];
  Resource: string | readonly string[];
}

/**
 * A moto whose rights one test may change. It holds an action against the caller's policies, and the resource
 * of S3 alone; conditions and resources of other services it does not know.
 */
export interface OwnMoto extends AsyncDisposable {
  url: string;
  /**
   * The keys of a role with this policy, taken as ECS takes it; from the first on nothing is allowed without.
   */
  takeRole(statements: readonly Statement[]): Promise<AwsKeys>;
  /** Everything is allowed to everybody again, for making what a test needs. */
  allowAll(): Promise<void>;
}

const START_MS = 120_000;
const POLL_MS = 100;
const TRUST = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };

export async function startOwnMoto(): Promise<OwnMoto> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bio-mcp', 'services');
  const service = SERVICES.find(({ name }) => name === 'moto');
  if (service === undefined) throw new Error('the catalogue of services has no moto');
  const { command } = await service.provide({ cache, data: '' });
  const port = await findFreePort();
  const own = `http://127.0.0.1:${port}`;
  const child = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  endWithTest(child);
  const ended = once(child, 'exit');
  const deadline = AbortSignal.timeout(START_MS);
  while (!(await isUp(own))) {
    if (deadline.aborted || child.exitCode !== null) {
      child.kill('SIGKILL');
      throw new Error('moto did not come up');
    }
    await delay(POLL_MS);
  }
  const front = await openFront(port);
  let roles = 0;
  const setOpen = async (actions: string) => {
    await fetch(`${own}/moto-api/reset-auth`, { method: 'POST', body: actions });
  };

  /** Without a signature: moto asks for none while everything is allowed. */
  async function ask(host: 'iam' | 'sts', form: Record<string, string>): Promise<string> {
    const scope = `Credential=test/20260101/us-east-1/${host}/aws4_request`;
    const answer = await fetch(own, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
      body: new URLSearchParams(form),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto answered ${answer.status}: ${text}`);
    return text;
  }

  return {
    url: front.url,
    allowAll: () => setOpen('inf'),
    async takeRole(statements) {
      await setOpen('inf');
      const RoleName = `task-${++roles}`;
      const trust = JSON.stringify({ Version: '2012-10-17', Statement: [TRUST] });
      await ask('iam', {
        Action: 'CreateRole',
        RoleName,
        AssumeRolePolicyDocument: trust,
        Version: '2010-05-08',
      });
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements.map(addBatches) });
      const policy = { RoleName, PolicyName: 'task', PolicyDocument };
      await ask('iam', { Action: 'PutRolePolicy', ...policy, Version: '2010-05-08' });
      const RoleArn = `arn:aws:iam::123456789012:role/${RoleName}`;
      const taken = await ask('sts', {
        Action: 'AssumeRole',
        RoleArn,
        RoleSessionName: 'task',
        Version: '2011-06-15',
      });
      const find = (tag: string) => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(taken)?.[1] ?? '';
      await setOpen('0');
      return {
        AWS_ACCESS_KEY_ID: find('AccessKeyId'),
        AWS_SECRET_ACCESS_KEY: find('SecretAccessKey'),
        AWS_SESSION_TOKEN: find('SessionToken'),
      };
    },
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** AWS asks for sqs:SendMessage where a batch is sent; moto for an action that AWS has not. */
function addBatches({ Action, ...statement }: Statement): Statement {
  const actions = [Action].flat();
  const batches = actions.flatMap((action) =>
    /^sqs:(?:Send|Delete)Message$/.test(action) ? `${action}Batch` : [],
  );
  return { ...statement, Action: [...actions, ...batches] };
}

/**
 * Words a denial as AWS does where a service speaks JSON: moto answers it with XML, which no client
 * of those reads.
 */
async function openFront(port: number): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const forward = request({ hostname: '127.0.0.1', port, method, path: url, headers }, async (reply) => {
      const { statusCode = 502 } = reply;
      const speaksJson = headers['x-amz-target'] !== undefined;
      if (!speaksJson || statusCode !== 403) {
        outgoing.writeHead(statusCode, reply.headers);
        return void reply.pipe(outgoing);
      }
      const said = await readText(reply);
      const message = /<Message>([^<]*)/.exec(said)?.[1]?.replace(/(sqs:\w+)Batch$/, '$1') ?? said;
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      outgoing.end(JSON.stringify({ __type: 'AccessDeniedException', message }));
    });
    forward.on('error', () => outgoing.destroy());
    incoming.pipe(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/moto-api/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
