import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import type { BulkAccess } from './bulk-source.ts';
import { isPublicAddress } from './public-address.ts';

/** A loopback server in plain HTTP: a mirror on this very machine. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Throws `VALIDATION` where a connection may not go: another protocol, another host, an address of a private
 * network written in whatever form (the URL parser has brought decimal, octal and mapped forms to one). A
 * name's addresses are checked when the connection is made: see `createGuardedLookup`.
 */
export function checkTarget(url: URL, { hosts, privateHosts }: BulkAccess): void {
  const refuse = (problem: string): never => {
    throw new ValidationError(`\`source\`: ${problem}`, { message: `${toLoggable(url)}: ${problem}` });
  };
  const isNamed = privateHosts.includes(url.host);
  if (url.username !== '' || url.password !== '') refuse('a URL may hold no user name and no password.');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isNamed && LOOPBACK.test(url.hostname))) {
    refuse('it must be an https URL.');
  }
  if (!hosts.includes(url.host)) {
    refuse(`${url.host} is none of the hosts that bulk files may come from (BIO_MCP_LOAD_HOSTS).`);
  }
  const address = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !isNamed && !isPublicAddress(address)) refuse(PRIVATE);
}

const PRIVATE = 'the host lies on a private network, where bulk files may not come from.';

/**
 * Resolves names for one connection and refuses them where any of their addresses is private: the connection
 * goes to the very address that was checked, so a name that changes its answer gains nothing.
 */
export function createGuardedLookup({
  lookup = systemLookup,
  url,
  access,
}: {
  lookup?: typeof systemLookup;
  url: URL;
  access: BulkAccess;
}): LookupFunction {
  const allowsPrivate = access.privateHosts.includes(url.host);
  const target = url.hostname.replace(/^\[|\]$/g, '');
  return (hostname, options, callback) => {
    // A proxy's own name: where the operator sends everything, and which looks up the target's itself.
    if (hostname !== target) return void systemLookup(hostname, options, callback);
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const [first] = addresses;
      if (first === undefined) return callback(new Error(`${hostname} has no address`), []);
      if (!allowsPrivate && addresses.some(({ address }) => !isPublicAddress(address))) {
        return callback(
          new ValidationError(`\`source\`: ${PRIVATE}`, { message: `${hostname}: ${PRIVATE}` }),
          [],
        );
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Without user name and password. */
function toLoggable({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
