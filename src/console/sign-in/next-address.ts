import { COOKIE_PATH } from '../../access/sessions.ts';
import { isSafeAddress } from '../addresses.ts';

const FIRST = '/ui';
const MOST_CHARACTERS = 2_000;

/** Where to go after the sign-in: a page of the console, and the first one where it is anything else. */
export function toNextAddress(given: string | null): string {
  if (given === null || given.length > MOST_CHARACTERS || !isSafeAddress(given)) return FIRST;
  const url = URL.parse(given, 'http://console.invalid');
  if (url?.host !== 'console.invalid') return FIRST;
  const { pathname, search } = url;
  const isPage = pathname === COOKIE_PATH || pathname.startsWith(`${COOKIE_PATH}/`);
  return isPage && !pathname.startsWith(`${COOKIE_PATH}/sign-`) ? `${pathname}${search}` : FIRST;
}
