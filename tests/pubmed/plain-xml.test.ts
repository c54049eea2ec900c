import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { readPlainXml, type XmlReader } from '../../src/pubmed/records/plain-xml.ts';
import { openSeededRandom, type SeededRandom, toSeededRandom } from '../support/seeded-random.ts';
import { AWKWARD_XML, readSampleXml, splitRecords } from './records.ts';

/** What XML trips over, and what only looks like it. */
const AWKWARD: [string, ...string[]] = [
  '',
  ...[
    '<',
    '>',
    '&',
    '"',
    "'",
    '/',
    '=',
    ' ',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ']]>',
    '\0',
    '\u0001',
    '\ufffe',
    '\u00a0',
    'é',
    '𝛼',
  ],
  ...[
    '&amp;',
    '&AMP;',
    '&#65;',
    '&#x41;',
    '&#X41;',
    '&#0;',
    '&#xD800;',
    '&#x110000;',
    '&#99999999999;',
    '&nbsp;',
    '&#;',
    '&;',
  ],
  ...[
    '<b>',
    '</b>',
    '<b/>',
    '<b />',
    '< b>',
    '<b a="1">',
    '<b a="1" a="2">',
    '<b a="1"c="2">',
    "<b a='1'>",
    '<b a=1>',
  ],
  ...[
    '<b a = "\t\n&lt;">',
    '<b a="<">',
    '<b a=">">',
    '<b a="&">',
    '<b a>',
    '</ b>',
    '</b >',
    '<é>',
    '<1>',
    '<_:b.c-d>',
    '<__proto__ __proto__="1">',
  ],
  ...[
    '<!-- c -->',
    '<![CDATA[<c>]]>',
    '<?p?>',
    '<!DOCTYPE a>',
    '<?xml version="1.0"?>',
    '\u0085',
    '\u2028',
    '\v',
  ],
];
const MUTANTS = 4_000;
const SHORT = '<a x="1 &amp; 2" y=""><i/>One &lt; <sup>2</sup> &#8805; 3\n<b>t</b> </a>';

test('what is plain reads as by saxes, and what saxes refuses is not plain', async (context) => {
  const random = toSeededRandom(openSeededRandom(context));
  const texts = splitRecords(AWKWARD_XML).map(({ bytes }) => Buffer.from(bytes).toString());
  let plain = 0;
  for (let round = 0; round < MUTANTS; round++) {
    const mutant = mutate(random.chance(0.1) ? random.pick([SHORT, ...texts]) : SHORT, random);
    const told = listPlainly(mutant);
    assert.equal(readPlainXml(mutant, DEAF), told !== null, JSON.stringify(mutant));
    if (told === null) continue;
    plain += 1;
    assert.deepEqual(told, listBySaxes(mutant), JSON.stringify(mutant));
  }
  // 11.4 % were, of 25 seeds at least 10.6 %; fewer than half of that is no chance.
  assert.ok(plain > MUTANTS / 20, `${plain} of ${MUTANTS} were plain`);
});

test('nearly every record of the sample is plain, and reads as by saxes', () => {
  const records = splitRecords(readSampleXml())
    .slice(0, 200)
    .map(({ bytes }) => Buffer.from(bytes).toString());
  const plain = records.filter((xml) => {
    const told = listPlainly(xml);
    if (told !== null) assert.deepEqual(told, listBySaxes(xml));
    return told !== null;
  });
  assert.ok(plain.length > 0.9 * records.length, `${plain.length} of ${records.length}`);
});

function mutate(text: string, random: SeededRandom): string {
  let mutant = text;
  for (let cuts = random.below(3); cuts >= 0; cuts--) {
    const from = random.below(mutant.length + 1);
    const to = random.chance(0.5) ? from : from + random.below(4);
    mutant = mutant.slice(0, from) + (random.chance(0.8) ? random.pick(AWKWARD) : '') + mutant.slice(to);
  }
  // No UTF-8 holds half of a pair.
  return mutant.toWellFormed();
}

/** Asks for no text, of which it still matters whether it is well-formed. */
const DEAF: XmlReader = { open() {}, text() {}, takesText: () => false, close() {} };

type Told = [kind: string, ...what: unknown[]];

function listPlainly(xml: string): Told[] | null {
  const told: Told[] = [];
  return readPlainXml(xml, createWitness(told)) ? told : null;
}

/** Throws what saxes throws. */
function listBySaxes(xml: string): Told[] {
  const told: Told[] = [];
  const witness = createWitness(told);
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => witness.open(name, attributes));
  parser.on('text', (text) => witness.text(text));
  parser.on('closetag', ({ attributes }) => witness.close(attributes));
  parser.write(xml).close();
  // What stands around the root says nothing.
  const last = told.findLastIndex(([kind]) => kind === 'close');
  return told.slice(
    told.findIndex(([kind]) => kind === 'open'),
    last + 1,
  );
}

function createWitness(told: Told[]): XmlReader {
  return {
    open: (name, attributes) => told.push(['open', name, Object.entries(attributes)]),
    text: (text) => told.push(['text', text]),
    takesText: () => true,
    close: (attributes) => told.push(['close', Object.entries(attributes)]),
  };
}
