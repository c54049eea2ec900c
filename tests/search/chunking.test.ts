import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Passage } from '../../src/domain/document/chunk.ts';
import { toChunkId } from '../../src/search/chunk-id.ts';
import { CHUNK_TOKENS, chunkDocument, toSearchText } from '../../src/search/chunking.ts';
import { countTokens } from '../../src/search/count-tokens.ts';
import { splitSentences } from '../../src/search/words/sentences.ts';
import { toAbstract, toCitation } from './citation-samples.ts';

const SENTENCE = 'Patients received 5 mg/kg of IL-6 blockade daily (95% CI 1.2–3.4; p < 0.001). ';
const texts = ({ length }: { length: number }) => SENTENCE.repeat(length).trim();

describe('chunking', () => {
  test('a short abstract is one passage that knows where its sections begin', () => {
    const abstract = toAbstract(
      ['AIMS', 'To know.'],
      ['RESULTS', 'It works (p < 0.05).'],
      ['UNLABELLED', 'Good.'],
    );

    const passages = chunkDocument(toCitation({ title: 'T', abstract }));

    assert.deepEqual(passages, [
      {
        position: 0,
        section: 'AIMS',
        sections: [
          { label: 'AIMS', start: 0 },
          { label: 'RESULTS', start: 10 },
          // NLM's word for a part without a heading is none.
          { label: null, start: 32 },
        ],
        text: 'To know.\n\nIt works (p < 0.05).\n\nGood.',
      },
    ]);
  });

  test('a long text is cut into passages within the limits, which share whole sentences', () => {
    const abstract = toAbstract(texts({ length: 40 }));

    const passages = chunkDocument(toCitation({ abstract }));

    assert.ok(passages.length > 2);
    for (const { text, section } of passages) {
      assert.ok(countTokens(text) <= CHUNK_TOKENS.max && countTokens(text) >= CHUNK_TOKENS.min, text);
      assert.equal(section, null);
      assert.match(text, /^Patients.*\.$/s);
    }
    const joined = passages.map(({ text }) => text).join('');
    assert.ok(joined.length > abstract.text.length);
  });

  test('a passage ends with its section once it has the minimum', () => {
    const abstract = toAbstract(['METHODS', texts({ length: 8 })], ['RESULTS', texts({ length: 12 })]);

    const sections = chunkDocument(toCitation({ abstract })).map((passage) =>
      passage.sections.map(({ label }) => label),
    );

    assert.deepEqual(sections[0], ['METHODS']);
    assert.ok(sections.slice(1).every((labels) => labels.length === 1 && labels[0] === 'RESULTS'));
  });

  test('a section too small for a passage stays with its neighbour', () => {
    const abstract = toAbstract(
      ['AIMS', 'To know.'],
      ['RESULTS', texts({ length: 20 })],
      ['FUNDING', 'None.'],
    );

    const passages = chunkDocument(toCitation({ abstract }));

    assert.deepEqual(
      passages[0]?.sections.map(({ label }) => label),
      ['AIMS', 'RESULTS'],
    );
    assert.deepEqual(
      passages.at(-1)?.sections.map(({ label }) => label),
      ['RESULTS', 'FUNDING'],
    );
    assert.ok(passages.every(({ text }) => countTokens(text) >= CHUNK_TOKENS.min));
  });

  test('without an abstract the title is found, in its own language too', () => {
    const passages = chunkDocument(toCitation({ title: 'On tea.', vernacular_title: 'Du thé.' }));

    assert.deepEqual(
      passages.map(({ section, text }) => ({ section, text })),
      [{ section: 'TITLE', text: 'On tea.\n\nDu thé.'.replace('\n\n', '\n') }],
    );
  });

  test('an abstract that only points to another article counts as none', () => {
    const abstract = toAbstract('[This corrects the article DOI: 10.1371/journal.pone.0123.].');

    assert.equal(chunkDocument(toCitation({ title: 'Correction.', abstract }))[0]?.section, 'TITLE');
  });

  test('a record without title and abstract is found by its keywords, one without words not at all', () => {
    assert.deepEqual(chunkDocument(toCitation({ keywords: ['tea', 'sleep'] }))[0]?.text, 'tea; sleep');
    assert.deepEqual(chunkDocument(toCitation({})), []);
  });

  test('abstracts in other languages follow, labelled with their language', () => {
    const other = { ...toAbstract(['RÉSUMÉ', 'Le thé.'], 'Sans étiquette.'), language: 'fre' };

    const passages = chunkDocument(toCitation({ abstract: toAbstract('Tea.'), other_abstracts: [other] }));

    assert.deepEqual(
      passages.map(({ position, section }) => [position, section]),
      [
        [0, null],
        [1, 'RÉSUMÉ (fre)'],
      ],
    );
    assert.equal(passages[1]?.sections[1]?.label, 'ABSTRACT (fre)');
  });

  test('the title travels with a passage, and stands once where it is the passage', () => {
    assert.equal(toSearchText('Title', { section: 'AIMS', text: 'Text' }), 'Title\nText');
    assert.equal(toSearchText('Title', { section: 'TITLE', text: 'Title' }), 'Title');
    assert.equal(toSearchText('', { section: null, text: 'Text' }), 'Text');
  });

  test('a chunk id is the same for the same passage and another for any other', () => {
    const { pmid } = toCitation({ pmid: 12_345_678 });
    const id = toChunkId(pmid, 1, 0);

    assert.equal(id, toChunkId(pmid, 1, 0));
    assert.match(id, /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.equal(new Set([id, toChunkId(pmid, 2, 0), toChunkId(pmid, 1, 1)]).size, 3);
  });

  test('whatever the text, every word stands in a passage, and none is cut beside a number', () => {
    const token = fc.constantFrom(
      'cells',
      'of',
      'IL-6',
      '5',
      'mg/kg',
      'p',
      '<',
      '0.001',
      '95%',
      'CI',
      '1.2–3.4',
      'e.g.',
      'E. coli',
      'rose. We',

      '(n = 12)',
      '±',
      'vs.',
    );
    const section = fc
      .array(token, { minLength: 1, maxLength: 900 })
      .map((tokens) => `Cells ${tokens.join(' ')}`);
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 3 }), (sections) => {
        const citation = toCitation({ abstract: toAbstract(...sections) });
        const passages = chunkDocument(citation);
        assert.deepEqual(passages, chunkDocument(citation));
        assert.deepEqual(uncoveredWords(sections, passages), []);
        for (const { text } of passages)
          assert.doesNotMatch(text, /^(?:<|±|CI|mg\/kg|coli|[\d.]+%?)(?: |$)/m);
      }),
      { numRuns: 60 },
    );
  });
});

describe('sentences', () => {
  const split = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

  test('end at stops, not at abbreviations, initials, decimals and broken numbers', () => {
    assert.deepEqual(
      split(
        'We saw E. coli, e.g. in Fig. 2 vs. controls (Smith et al. 2010). P was 0. 05 or 0.5. 12 died! Why? "So." Done',
      ),
      [
        'We saw E. coli, e.g. in Fig. 2 vs. controls (Smith et al. 2010).',
        'P was 0. 05 or 0.5. 12 died!',
        'Why?',
        '"So."',
        'Done',
      ],
    );
  });

  test('end at the full stops of Chinese and Japanese without white space', () => {
    assert.deepEqual(split('茶が好き。水も好き。'), ['茶が好き。', '水も好き。']);
  });

  test('white space around a text belongs to no sentence', () => {
    assert.deepEqual(split('  One.\n Two.  '), ['One.', 'Two.']);
    assert.deepEqual(split(' \n '), []);
  });
});

/** Words of a section that no passage holds in their order. */
function uncoveredWords(sections: readonly string[], passages: readonly Passage[]): string[] {
  const words = sections.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
  const held = passages.map(({ text }) => text.split(/\s+/));
  let passage = 0;
  let at = 0;
  return words.filter((word) => {
    if (held[passage]?.[at] === word) {
      at++;
      return false;
    }
    // The next passage begins with sentences that this one has shown already, or with this word.
    const next = held[passage + 1] ?? [];
    const shown = held[passage]?.slice(0, at) ?? [];
    const overlap = overlapOf(shown, next);
    passage++;
    at = overlap + 1;
    return next[overlap] !== word;
  });
}

function overlapOf(shown: readonly string[], next: readonly string[]): number {
  for (let length = Math.min(shown.length, next.length); length > 0; length--) {
    if (shown.slice(shown.length - length).every((word, at) => next[at] === word)) return length;
  }
  return 0;
}
