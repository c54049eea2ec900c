import { isIP } from 'node:net';
import { z } from 'zod';
import {
  httpUrl,
  namesBetweenCommas,
  notes,
  type SettingsOf,
  shareOfOne,
  wholeNumber,
  withoutLastSlashes,
} from '../setting-forms.ts';
import type { processSettings } from './process.ts';

export const httpSettings = {
  BIO_MCP_HTTP_HOST: z
    .string()
    .refine(isBareHost, {
      error:
        'must be an address or a name of this machine without scheme, port and brackets, such as 127.0.0.1 or ::1',
    })
    .default('127.0.0.1')
    .register(notes, {
      about:
        'The address to listen on. Others than loopback ones need `BIO_MCP_AUTH`, or BIO_MCP_HTTP_PRIVATE_NETWORK=true.',
    }),
  BIO_MCP_HTTP_PORT: wholeNumber(0, 65_535)
    .default(8080)
    .register(notes, { about: 'The port to listen on; 0 takes any free one.' }),
  BIO_MCP_HTTP_ALLOWED_HOSTS: namesBetweenCommas(
    /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/,
    'names or addresses of hosts without a port, such as bio.example.org',
  )
    .optional()
    .register(notes, {
      about:
        'What the `Host` and `Origin` of a request may name beside loopback names and `BIO_MCP_HTTP_HOST`, between ' +
        'commas: the names by which others reach this server. Anything else is refused, so that no web page can make ' +
        'a browser ask it.',
      shownDefault: 'none',
    }),
  BIO_MCP_HTTP_PRIVATE_NETWORK: z
    .stringbool()
    .default(false)
    .register(notes, {
      about:
        'Says that only trusted callers can reach the address, so that the server may listen there without asking for a ' +
        'credential.',
    }),
  BIO_MCP_HTTP_PUBLIC_URL: httpUrl()
    .optional()
    .register(notes, {
      about:
        'Where others reach this server, such as https://bio-mcp.example.org: with `/mcp` behind it, it names the resource that ' +
        'tokens of an issuer are for. Its host is an allowed one.',
      shownDefault: 'the scheme and `Host` of each request',
    }),
  BIO_MCP_HTTP_TRUST_PROXY: namesBetweenCommas(
    /^(?:loopback|linklocal|uniquelocal|[0-9a-f:.]+(?:\/\d{1,3})?)$/,
    'addresses or networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
  )
    .refine((names) => names.every(isNetwork), { error: 'must be addresses or networks such as 10.0.0.0/8' })
    .optional()
    .register(notes, {
      about:
        'The proxies, between commas, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: addresses, networks, or ' +
        '`loopback`, `linklocal`, `uniquelocal`.',
      shownDefault: 'none',
    }),
  BIO_MCP_HTTP_MAX_CONNECTIONS: wholeNumber(1, 100_000)
    .default(2_000)
    .register(notes, {
      about:
        'Connections that one process holds open at once. One more costs the oldest on which nobody showed a credential that holds; ' +
        'where there is none, the new one is closed.',
    }),
  BIO_MCP_HTTP_CALLER_SHARE: shareOfOne()
    .default(0.25)
    .register(notes, {
      about:
        'The part of the streams of events, of the waits of `jobs.get`, and of the connections, that one credential may hold: above 0, at most 1. ' +
        '1 where all callers come with the same one, as behind a gateway.',
    }),
};

export function toHttp(settings: SettingsOf<typeof httpSettings & typeof processSettings>) {
  const { BIO_MCP_HTTP_ALLOWED_HOSTS: hosts = [], BIO_MCP_HTTP_PUBLIC_URL: publicUrl } = settings;
  return {
    host: settings.BIO_MCP_HTTP_HOST,
    port: settings.BIO_MCP_HTTP_PORT,
    /** Beside loopback names and `host`. */
    allowedHosts: publicUrl === undefined ? hosts : [...hosts, new URL(publicUrl).hostname],
    /** Requests of one process at once. */
    maxConcurrency: settings.BIO_MCP_HTTP_MAX_CONCURRENCY,
    maxConnections: settings.BIO_MCP_HTTP_MAX_CONNECTIONS,
    /** Of streams, waits and connections, for one credential. */
    callerShare: settings.BIO_MCP_HTTP_CALLER_SHARE,
    /** Only trusted callers can reach the address. */
    isPrivateNetwork: settings.BIO_MCP_HTTP_PRIVATE_NETWORK,
    /** Without a slash at its end; `null`: as each request names it. */
    publicUrl: publicUrl === undefined ? null : withoutLastSlashes(publicUrl),
    /** Whose `X-Forwarded-For` is believed. */
    trustedProxies: settings.BIO_MCP_HTTP_TRUST_PROXY ?? [],
  };
}

function isNetwork(name: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(name)) return true;
  const [address = '', bits] = name.split('/');
  const family = isIP(address);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
}

/** An address of IPv6 may name its interface: `fe80::1%eth0`. */
function isBareHost(text: string): boolean {
  const [address = ''] = text.split('%');
  return isIP(address) !== 0 || !/[\s/@:[\]]/.test(text);
}
