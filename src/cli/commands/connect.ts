import { createHash } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { createSecret } from '../../domain/settings/secret.ts';
import type { CommandInputs } from './command-inputs.ts';

/**
 * What a client that closed its input asked for has so long to be answered: clients of the MCP SDK kill what
 * has not ended after two seconds, and a server elsewhere is open already.
 */
const GRACE_MS = 1_500;

export function addConnect(program: Command, inputs: CommandInputs): void {
  program
    .command('connect')
    .description(
      'serve over MCP, to the program that starts this one, what a bio-mcp server elsewhere offers',
    )
    .argument('<url>', 'where its /mcp answers: https://bio-mcp.example.org/mcp', toServerUrl)
    .action((url: URL) => connect(inputs, url));
}

async function connect(
  { config, platform, stdin, stdout, stderr, signal, logger }: CommandInputs,
  url: URL,
): Promise<void> {
  const { createStdioTransport } = await import('../../mcp/stdio-transport.ts');
  const { runConnect } = await import('../../connect/run-connect.ts');
  const { openInBrowser } = await import('../../connect/open-browser.ts');
  const { client: registered } = config.connect;
  const client = registered && {
    id: registered.id,
    secret: createSecret(registered.secret, config.secretSources.get('BIO_MCP_OIDC_CLIENT_SECRET')),
  };
  const readToken = config.secretSources.get('BIO_MCP_TOKEN');
  const secret = createSecret(config.connect.token, readToken);
  await runConnect(
    {
      url,
      token: secret.value === null ? null : async () => secret.value ?? '',
      renewToken: readToken === undefined ? undefined : () => secret.renew(secret.value),
      client,
      signInPath: toSignInPath(config, url),
      openBrowser(page) {
        stderr.write(`bio-mcp: sign in at ${page}\n`);
        openInBrowser(page, platform);
      },
      local: createStdioTransport({ stdin, stdout, graceMs: GRACE_MS, onEnd: () => undefined }),
      logger,
    },
    { signal },
  );
  stdin.destroy();
}

/** One file for each server that its user signed in to. */
export function toSignInPath({ dataDir }: CommandInputs['config'], url: URL): string {
  const name = createHash('sha256').update(url.href).digest('hex').slice(0, 16);
  return join(dataDir, 'connect', `${name}.json`);
}

/** The address of a server stands for that of its `/mcp`. */
export function toServerUrl(text: string): URL {
  const url = URL.parse(text);
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '');
  if (
    url === null ||
    !(url.protocol === 'https:' || url.protocol === 'http:') ||
    url.username !== '' ||
    url.password !== '' ||
    url.hash !== ''
  )
    throw new InvalidArgumentError('It must be an http or https URL without user, password and #.');
  if (url.protocol === 'http:' && !isLoopback && !isPrivate(url.hostname))
    throw new InvalidArgumentError(
      'It must be an https URL: a token must not go over a network in the clear.',
    );
  if (url.pathname === '/') url.pathname = '/mcp';
  return url;
}

const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8, 'ipv4');
privateNetworks.addSubnet('172.16.0.0', 12, 'ipv4');
privateNetworks.addSubnet('192.168.0.0', 16, 'ipv4');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addSubnet('fe80::', 10, 'ipv6');

/** A name without dots, or an address of a private network: an operator may have said that it is one. */
function isPrivate(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  if (family === 0) return !hostname.includes('.');
  return privateNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
