import { createRequire } from 'node:module';
import { ConfigError } from '../errors/config-error.ts';
import type { Config } from './config.ts';

/** As Node's agents take them. */
export interface ProxyVariables {
  HTTP_PROXY?: string;
  HTTPS_PROXY?: string;
  NO_PROXY: string;
}

/** A proxy is no way to this very machine. */
const LOOPBACK = 'localhost,127.0.0.1,::1';

/**
 * The proxy that the environment names, in either case, the lower one first; `null`: none. Throws
 * `ConfigError` where it is no URL.
 */
export function readProxy(env: NodeJS.ProcessEnv): ProxyVariables | null {
  const find = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const given = Object.entries({ HTTP_PROXY: find('HTTP_PROXY'), HTTPS_PROXY: find('HTTPS_PROXY') }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const wrong = given.filter(([, url]) => !/^https?:$/.test(URL.parse(url)?.protocol ?? ''));
  if (wrong.length > 0) {
    throw new ConfigError(wrong.map(([name]) => `${name} must be a URL such as http://proxy.example:3128.`));
  }
  if (given.length === 0) return null;
  const spared = find('NO_PROXY');
  return {
    ...Object.fromEntries(given),
    NO_PROXY: spared === undefined ? LOOPBACK : `${spared},${LOOPBACK}`,
  };
}

/**
 * From now on this thread asks by the proxy, whoever asks: `fetch`, Node's own agents, and gRPC, which knows
 * it by the environment alone. PostgreSQL is not asked by HTTP, and never goes by it.
 */
export function useProxy({ proxy, index }: Pick<Config, 'proxy' | 'index'>): void {
  if (proxy === null) return;
  // An import would load it with all of its own fetch and WebSocket for each command: 20 ms.
  const http = process.getBuiltinModule('node:http');
  if (typeof http.setGlobalProxyFromEnv === 'function') http.setGlobalProxyFromEnv({ ...proxy });
  else process.emitWarning('HTTP_PROXY and HTTPS_PROXY are used by Node.js from 24.14 on: update it');
  useForFetch(proxy);
  if (index.kind === 'weaviate') useForGrpc(proxy, new URL(index.grpcUrl));
}

/**
 * What Node 24 has for `fetch` asks a proxy that hangs up again and again without a pause, and for ever
 * (nodejs/undici issue 3897); a newer undici gives the failure. It is loaded only where there is a proxy.
 */
function useForFetch({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: ProxyVariables): void {
  const undici: typeof import('undici') = createRequire(import.meta.url)('undici');
  // What is absent must not be read from the environment, whose other names were settled before.
  const dispatcher = new undici.EnvHttpProxyAgent({
    httpProxy: HTTP_PROXY ?? '',
    httpsProxy: HTTPS_PROXY ?? '',
    noProxy: NO_PROXY,
  });
  undici.setGlobalDispatcher(dispatcher);
}

function useForGrpc(proxy: ProxyVariables, { protocol, hostname }: URL): void {
  const url = protocol === 'https:' ? proxy.HTTPS_PROXY : proxy.HTTP_PROXY;
  if (url !== undefined) process.env.grpc_proxy = url;
  // Else gRPC would take one that is meant for the other protocol.
  process.env.no_grpc_proxy = url === undefined ? `${proxy.NO_PROXY},${hostname}` : proxy.NO_PROXY;
}
