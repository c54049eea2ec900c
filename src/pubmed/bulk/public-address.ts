import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * IANA's special-purpose registries: private, shared, loopback, link-local, documentation,
 * multicast and reserved.
 */
const SPECIAL_V4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Inside the one block that IPv6 routes: protocol assignments (Teredo among them), documentation, 6to4. */
const SPECIAL_V6: readonly [network: string, prefix: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];
/** RFC 6052: an IPv4 address as an IPv6-only network reaches it. */
const NAT64 = /^64:ff9b::(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/;

const specialV4 = new BlockList();
for (const [network, prefix] of SPECIAL_V4) specialV4.addSubnet(network, prefix, 'ipv4');
const specialV6 = new BlockList();
for (const [network, prefix] of SPECIAL_V6) specialV6.addSubnet(network, prefix, 'ipv6');
const routedV6 = new BlockList();
routedV6.addSubnet('2000::', 3, 'ipv6');

/** Whether an address lies on the public internet. Whatever cannot be read as an address does not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !specialV4.check(address, 'ipv4');
  const [unscoped = ''] = address.split('%');
  if (!isIPv6(unscoped)) return false;
  const embedded = NAT64.exec(toShortest(unscoped));
  if (embedded !== null) return isPublicAddress(toIpv4(embedded[1] ?? '0', embedded[2] ?? '0'));
  return routedV6.check(unscoped, 'ipv6') && !specialV6.check(unscoped, 'ipv6');
}

/** An IPv6 address as RFC 5952 writes it, which is what the URL parser answers. */
function toShortest(address: string): string {
  return URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? '';
}

function toIpv4(high: string, low: string): string {
  const [upper, lower] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [upper >> 8, upper & 255, lower >> 8, lower & 255].join('.');
}
