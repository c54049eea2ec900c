import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderFailure, renderWarnings } from '../../src/console/elements/alerts.ts';
import { showBytes, showCount, showCounted, showTime } from '../../src/console/elements/figures.ts';
import { renderNext, renderTable } from '../../src/console/elements/table.ts';
import { toHtml } from '../../src/console/html.ts';

const NASTY = '<img src=x onerror=alert(1)>\u202e';

describe('elements of pages', () => {
  test('figures are read at a glance', () => {
    assert.equal(showCount(27_000), '27,000');
    assert.deepEqual(
      [showCounted(1, 'record'), showCounted(1_500, 'query', 'queries')],
      ['1 record', '1,500 queries'],
    );
    assert.deepEqual([0, 999, 1_200, 123_456, 5e9].map(showBytes), [
      '0 B',
      '999 B',
      '1.2 kB',
      '123 kB',
      '5.0 GB',
    ]);
  });

  test('a time is exact for programs and where the pointer rests', () => {
    assert.equal(
      toHtml(showTime('2026-03-01T09:30:00Z')),
      '<time datetime="2026-03-01T09:30:00.000Z" title="2026-03-01T09:30:00.000Z">1 Mar 2026, 09:30 UTC</time>',
    );
    assert.equal(toHtml(showTime(null)), '–');
    assert.equal(toHtml(showTime('soon <b>')), 'soon &lt;b>');
  });

  test('a table names its rows and columns; an empty one says what to do next', () => {
    const columns = [
      { name: 'Name', show: ({ name }: { name: string; count: number }) => name },
      {
        name: 'Count',
        isNumeric: true as const,
        show: ({ count }: { name: string; count: number }) => showCount(count),
      },
    ];
    const table = { caption: 'Things', columns, empty: 'Add one.' };
    const text = toHtml(renderTable({ ...table, rows: [{ name: NASTY, count: 1_000 }] }));
    assert.match(text, /<th scope="col">Name<\/th><th scope="col" class="figure">Count<\/th>/);
    assert.match(
      text,
      /<th scope="row" dir="auto">&lt;img [^<]*<\/th><td dir="auto" class="figure" data-name="Count">1,000<\/td>/,
    );
    assert.equal(toHtml(renderTable({ ...table, rows: [] })), '<p class="nothing">Add one.</p>');
    assert.match(toHtml(renderNext('/ui/x?cursor=a')), /<a rel="next" href="\/ui\/x\?cursor=a">/);
    assert.equal(toHtml(renderNext(null)), '');
  });

  test('an error tells code, sentence and trace id', () => {
    const failure = {
      ok: false,
      error_code: 'INDEX_UNAVAILABLE',
      message: NASTY,
      trace_id: 'abc',
      tool: null,
    } as const;
    const text = toHtml(renderFailure(failure));
    assert.match(
      text,
      /role="alert"><p><b>INDEX_UNAVAILABLE<\/b> <span dir="auto">&lt;img .*<code>abc<\/code>/,
    );
    assert.equal(toHtml(renderWarnings([])), '');
    assert.match(toHtml(renderWarnings([NASTY])), /<li dir="auto">&lt;img/);
  });
});
