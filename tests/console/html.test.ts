import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isSafeAddress, toAddress } from '../../src/console/addresses.ts';
import { html, toHtml } from '../../src/console/html.ts';

const NASTY = `</title><script>alert(1)</script>"' onclick="x" &lt; ${'<b>'.repeat(3)}`;

describe('markup of the console', () => {
  test('escapes texts wherever they stand', () => {
    const text = toHtml(html`<p title=${NASTY}>${NASTY}</p><input value=${NASTY} />`);
    assert.doesNotMatch(text, /<script|<b>|onclick="x"/);
    assert.match(text, /^<p title="&lt;\/title>&lt;script>|^<p title="&lt;\/title&gt;/);
    assert.ok(text.includes('&amp;lt;'), text);
  });

  const inert = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//elsewhere.example/x',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    'https://user:secret@elsewhere.example/',
    'https:\\\\elsewhere.example',
    'file:///etc/passwd',
    'relative',
    '',
  ];
  for (const address of inert) {
    test(`makes no link of ${JSON.stringify(address)}`, () => {
      assert.equal(isSafeAddress(address), false);
      assert.equal(toHtml(html`<a href=${address}>x</a>`), '<a>x</a>');
    });
  }

  for (const address of [
    '/ui',
    '/ui/papers/1?a=b#c',
    '#content',
    '?q=x',
    'https://doi.org/10.1/x',
    'HTTP://a.example',
  ]) {
    test(`links to ${address}`, () => assert.equal(isSafeAddress(address), true));
  }

  test('refuses what the policy of the pages forbids', () => {
    assert.throws(() => html`<p style="color: red">x</p>`, /must not have style/);
    assert.throws(() => html`<p onclick=${'x'}>x</p>`, /must not have onclick/);
    assert.throws(() => html`<p dangerouslySetInnerHTML=${{ __html: NASTY }}>x</p>`, /must not have/);
  });

  test('holds no control character and no half of a pair', () => {
    assert.equal(toHtml(html`<p>${'a\0b\u0085c\ud800d\ufffe'}</p>`), '<p>a\ufffdb\ufffdc\ufffdd\ufffd</p>');
  });

  test('shares no node between two uses of a template', () => {
    const make = (name: string) => html`<ul><li>same</li><li>${name}</li></ul>`;
    assert.equal(
      toHtml(html`<div>${make('a')}${make('b')}</div>`),
      '<div><ul><li>same</li><li>a</li></ul><ul><li>same</li><li>b</li></ul></div>',
    );
  });

  test('an address holds a query of what is given', () => {
    assert.equal(
      toAddress('/ui', { q: 'a&b c', none: null, empty: '', year: 0, many: ['x', '', 'y'] }),
      '/ui?q=a%26b+c&year=0&many=x&many=y',
    );
    assert.equal(toAddress('/ui'), '/ui');
  });
});

test('no text runs into the element on the next line: where a line ends, htm keeps no space', () => {
  const folder = join(import.meta.dirname, '../../src/console');
  const found = globSync('**/*.ts', { cwd: folder }).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const before = text.match(/[\w.,:;)]\n\s*<(?:a|abbr|code|em|mark|span|strong|time)\b/g) ?? [];
    const after = text.match(/<\/(?:a|abbr|code|em|mark|span|strong|time)>\n\s*[\w(]/g) ?? [];
    return [...before, ...after].map((seen) => `${file}: ${JSON.stringify(seen)}`);
  });
  assert.deepEqual(found, []);
});
