/** `node --import` of it: hosts of Amazon RDS lie on this machine, as a name server could say. */
import dns from 'node:dns';

const lookup = dns.lookup;
const onLoopback = (host: string, ...rest: unknown[]) =>
  Reflect.apply(lookup, dns, [host.endsWith('.rds.amazonaws.com') ? '127.0.0.1' : host, ...rest]);
dns.lookup = onLoopback as typeof lookup; // it takes what the other takes
