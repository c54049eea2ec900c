import { codeOf } from './code-of.ts';

/** Node's codes of a chain that ends at nobody whom this machine trusts. */
const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
]);
const OF_A_TIME = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
/** OpenSSL's, of whatever answers in another protocol. */
const NO_TLS_WORDS = /wrong version number|packet length too long/i;
/** For callers such as gRPC that pass on OpenSSL's words alone. */
const UNTRUSTED_WORDS =
  /self[- ]signed certificate|unable to (?:verify the first|get (?:local )?issuer) certificate/i;
const TIME_WORDS = /certificate (?:has expired|is not yet valid)/i;
const NAME_WORDS = /does not match certificate's altnames/i;
/** Of a tunnel by CONNECT, as `fetch`, Node's agents and gRPC word it; the status, where it was told. */
const PROXY_WORDS = /proxy response \(\d{3}\)|ERR_PROXY_TUNNEL|failed to establish tunnel|proxy connection/i;

/** An error in an error, more often than any library nests them. */
const MOST_CAUSES = 8;

/**
 * What to do where `error`, or what lies behind it, is of the way to a server: a certificate or a proxy that
 * refuses. `null` where it is not. `who` begins the sentence, `setting` holds the address.
 */
export function toConnectionRemedy(
  error: unknown,
  { who, setting }: { who: string; setting: string },
): string | null {
  for (const { code, message } of listCauses(error)) {
    if (UNTRUSTED.has(code) || UNTRUSTED_WORDS.test(message)) {
      return `${who} shows a certificate of an authority that this machine does not trust: write the path of that authority's certificate (PEM) into NODE_EXTRA_CA_CERTS before bio-mcp starts.`;
    }
    if (OF_A_TIME.has(code) || TIME_WORDS.test(message)) {
      return `${who} shows a certificate that has expired or is not valid yet: have it renewed, or set the clock of this machine right.`;
    }
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || NAME_WORDS.test(message)) {
      return `${who} shows a certificate for another host name: write a name that it bears into ${setting}.`;
    }
    if (code === 'ERR_PROXY_TUNNEL' || PROXY_WORDS.test(message)) {
      return `The proxy of HTTPS_PROXY or HTTP_PROXY refuses the way to what ${setting} names: correct the proxy's address, user and password, or name the host in NO_PROXY.`;
    }
    if (NO_TLS_WORDS.test(message)) {
      return `${who} does not speak TLS at this address: correct the scheme or the port in ${setting}.`;
    }
  }
  return null;
}

/** `error` and what it was made of, outermost first. */
export function listCauses(error: unknown): { code: string; message: string }[] {
  const found: { code: string; message: string }[] = [];
  let waiting: unknown[] = [error];
  for (let depth = 0; depth < MOST_CAUSES && waiting.length > 0; depth++) {
    const errors = waiting.filter((one) => one instanceof Error);
    found.push(...errors.map((one) => ({ code: codeOf(one), message: one.message })));
    waiting = errors.flatMap((one) => [one.cause, ...(one instanceof AggregateError ? one.errors : [])]);
  }
  return found;
}
