import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const page = readFileSync(join(import.meta.dirname, '../docs/cost.md'), 'utf8');
const ROW = /^\| (.+?) \|(?: ([\d\s.×+/()]+))? \| ([\d,]+\.\d\d) \|$/;

test('the formulas of the cost page give the numbers beside them, and the lines their sums', () => {
  let [sum, lines, tables] = [0, 0, 0];
  for (const line of page.split('\n')) {
    const [, what = '', formula = '', told = ''] = ROW.exec(line) ?? [];
    if (what === '') {
      if (!line.startsWith('|')) sum = 0;
      continue;
    }
    const dollars = Number(told.replaceAll(',', ''));
    if (what === 'together') {
      tables++;
      assert.ok(Math.abs(dollars - sum) < 0.01, `table ${tables}: ${sum}`);
      continue;
    }
    lines++;
    const value = workOut(formula);
    assert.ok(Math.abs(dollars - value) < 0.01, `${what}: ${formula} is ${value}`);
    sum += value;
  }
  assert.deepEqual([lines, tables], [36, 4]);
});

test('each price of the cost page names a page that told it, or the one to check it on', () => {
  const prices = page
    .slice(page.indexOf('| what | price | source |'), page.indexOf('## Staging'))
    .trim()
    .split('\n');
  assert.ok(prices.length > 10);
  for (const row of prices.slice(2))
    assert.match(row, /seen: \[.+\]\(https:|to be checked: (?:https:|the same page)/);
});

/** Sums of products, with brackets. */
function workOut(formula: string): number {
  const tokens = formula.match(/[\d.]+|[×+/()]/g) ?? [];
  const take = () => tokens.shift() ?? '';
  const atom = (): number => {
    const token = take();
    if (token !== '(') return Number(token);
    const inner = terms();
    assert.equal(take(), ')', formula);
    return inner;
  };
  const factors = (): number => {
    let value = atom();
    while (tokens[0] === '×' || tokens[0] === '/') value = take() === '×' ? value * atom() : value / atom();
    return value;
  };
  const terms = (): number => {
    let value = factors();
    while (tokens[0] === '+') {
      take();
      value += factors();
    }
    return value;
  };
  const value = terms();
  assert.equal(tokens.length, 0, formula);
  return value;
}
