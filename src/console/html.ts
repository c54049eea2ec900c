import htm from 'htm';
import { type ComponentChildren, h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { isSafeAddress } from './addresses.ts';

/** What a template makes, and what may stand in one: texts and numbers are escaped, `null` is nothing. */
export type Markup = ComponentChildren;

const ADDRESSES = new Set(['href', 'src', 'action', 'formaction', 'poster', 'cite', 'data', 'xlink:href']);
/** What the policy of our pages forbids, or what would put a text into a page as it stands. */
const FORBIDDEN = /^(?:on.*|style|srcdoc|srcset|ping|dangerouslysetinnerhtml)$/i;
/**
 * All but tab and line ends; no page may hold them:
 * https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream
 */
const CONTROLS = /[^\P{Cc}\t\n\f\r]|\p{Noncharacter_Code_Point}/gu;

/** As the module is; its types tell of the one for CommonJS. */
interface Htm {
  bind(create: typeof createNode): (strings: TemplateStringsArray, ...values: unknown[]) => Markup;
}

/**
 * `` html`<p>${text}</p>` ``: markup by htm. Every value is escaped; an address that leads to a script or
 * elsewhere than to the web is left out, so that the link is none.
 */
export const html = (htm as unknown as Htm).bind(createNode);

function createNode(
  this: number[],
  type: unknown,
  props: Record<string, unknown> | null,
  ...children: ComponentChildren[]
): VNode {
  // Keeps htm from sharing the nodes of a template between two pages.
  this[0] = 3;
  if (typeof type !== 'string') throw new TypeError('a template names elements alone');
  return h(type, toSafeProps(type, props ?? {}), ...children);
}

function toSafeProps(type: string, props: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(props).filter(([name, value]) => {
    if (FORBIDDEN.test(name)) throw new TypeError(`<${type}> must not have ${name}`);
    return !ADDRESSES.has(name.toLowerCase()) || (typeof value === 'string' && isSafeAddress(value));
  });
  return Object.fromEntries(kept);
}

/** The markup as text, well-formed whatever texts are in it. */
export function toHtml(markup: Markup): string {
  return renderToString(h('i', null, markup))
    .slice('<i>'.length, -'</i>'.length)
    .replace(CONTROLS, '\ufffd')
    .toWellFormed();
}
