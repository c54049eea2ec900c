import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import type { CallOptions } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import type { Secret } from '../domain/settings/secret.ts';
import type { Logger } from '../telemetry/logger.ts';
import { runBridge } from './bridge.ts';
import { openBrowserSignIn } from './browser-sign-in.ts';
import { createSignInFile } from './sign-in-file.ts';

export interface ConnectOptions {
  /** Of the server's `/mcp`. */
  url: URL;
  /** Asked before each request, since it may be renewed; `null`: its user signs in by the browser. */
  token: (() => Promise<string>) | null;
  /** Once the server refuses the token, before it is asked for once more. Default: the refusal is told. */
  renewToken?: (() => Promise<unknown>) | undefined;
  client: { id: string; secret: Secret } | null;
  /** Where a sign-in is kept. */
  signInPath: string;
  openBrowser: (url: string) => void;
  /** The client that started this program. */
  local: Transport;
  logger: Logger;
  patienceMs?: number;
}

/** Stands between a client over stdio and a server over Streamable HTTP, until the client hangs up. */
export async function runConnect(
  { url, token, renewToken, client, signInPath, openBrowser, local, logger, patienceMs }: ConnectOptions,
  options: CallOptions,
): Promise<void> {
  const bridge = { local, logger, ...(patienceMs === undefined ? {} : { patienceMs }) };
  if (token !== null) {
    const renewal = renewToken === undefined ? {} : { onUnauthorized: async () => void (await renewToken()) };
    const remote = new StreamableHTTPClientTransport(url, { authProvider: { token, ...renewal } });
    return runBridge({ ...bridge, remote, signIn: null }, options);
  }
  await using browser = await openBrowserSignIn({
    url,
    file: createSignInFile(signInPath),
    client,
    openBrowser,
  });
  const remote = new StreamableHTTPClientTransport(url, { authProvider: browser.provider });
  let signingIn: Promise<void> | null = null;
  const finish = async () => {
    const answer = await browser.waitForAnswer(options);
    try {
      await remote.finishAuth(answer);
    } catch (error) {
      browser.startAnew();
      throw error;
    }
  };
  // One for all requests that were refused meanwhile, whoever of them is taken back.
  const signIn = async ({ signal }: CallOptions) => {
    signingIn ??= finish().finally(() => {
      signingIn = null;
    });
    await untilAborted(signingIn, signal);
  };
  await runBridge({ ...bridge, remote, signIn }, options);
}
