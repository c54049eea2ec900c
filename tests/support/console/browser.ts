import { spawnSync } from 'node:child_process';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { orRequired } from '../required.ts';

/** The binary itself, not Debian's script before it, which would look for a screen. */
const PROGRAM = process.env.TEST_CHROMIUM || '/usr/lib/chromium/chromium';
/** Of each wait: long enough for a machine with much else to do. */
const PATIENCE_MS = 180_000;
const WIDE = { width: 1_280, height: 800 };
/** The narrowest phone that is still sold. */
const NARROW = { width: 360, height: 740 };

/** In the page, so as text: the project's own types know no document. */
const TELL_POLICY = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' refused ' + event.blockedURI + ' of ' + event.sourceFile));`;
const FIND_OVERFLOW = `(() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > most + 1)
    .map((one) => one.tagName.toLowerCase() + '.' + (one.getAttribute('class') ?? ''))
    .concat('a page of ' + document.documentElement.scrollWidth + ' px in ' + most)
    .slice(-10);
})()`;

/** Why there is no Chromium here; `false` where there is. For a test's `skip`. */
export function whyNoBrowser(): string | false {
  const { status } = spawnSync(PROGRAM, ['--version']);
  return status === 0 ? false : orRequired(`${PROGRAM} is not there: run \`make services\` before the test`);
}

export interface PageOptions {
  /** Of the server; whatever a page asks of another origin is a complaint. */
  url: string;
  dark?: boolean;
  narrow?: boolean;
  /** Default true. */
  javaScript?: boolean;
  /** What the browser may complain about in this test, such as a server that is away. */
  expected?: RegExp;
}

/** A page that is closed at its end, and then throws what the browser complained about. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complained about so far: policy, errors of scripts, loads from elsewhere. */
  readonly complaints: readonly string[];
}

/** Real Chromium without a screen; one a test file, since its start takes a second. */
export interface TestBrowser extends AsyncDisposable {
  /** Each in a context of its own: no cookie or cache is shared. */
  open(options: PageOptions): Promise<WatchedPage>;
}

export async function startBrowser(): Promise<TestBrowser> {
  // Chromium's own sandbox does not start as root.
  const browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
  return {
    open: (options) => openPage(browser, options),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function openPage(browser: Browser, options: PageOptions): Promise<WatchedPage> {
  const { url, dark = false, narrow = false, javaScript = true, expected } = options;
  const context = await browser.newContext({
    baseURL: url,
    viewport: narrow ? NARROW : WIDE,
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: javaScript,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  const complain = (sentence: string) => {
    if (expected?.test(sentence) !== true) complaints.push(sentence);
  };
  await page.addInitScript(TELL_POLICY);
  page.on('console', (message) => {
    if (message.type() === 'error') complain(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`script: ${error.message}`));
  page.on('request', (request) => {
    const address = request.url();
    if (!/^(?:data|blob):/.test(address) && new URL(address).origin !== new URL(url).origin)
      complain(`elsewhere: ${address}`);
  });
  return {
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join('\n')}`);
    },
  };
}

/** What is wider than the window, as `tag.class`; a page that is, scrolls sideways. */
export function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(FIND_OVERFLOW);
}

/** What axe finds wrong, each with the rule and where. `rules`: these alone, in a fraction of the time. */
export async function findBarriers(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary ?? ''}`),
  );
}

/** Presses Tab until the focus is there, as somebody without a mouse does. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 200; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`no Tab leads to ${selector}`);
}
