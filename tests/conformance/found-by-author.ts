import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedCorpus } from './named-records.ts';

/** A question that names authors, with or without a topic. */
export function testFoundByAuthor({ find, search }: NamedCorpus): void {
  test('a question that reads as an author answers that one first, newest first', async () => {
    const cases: [question: string, first: number[]][] = [
      ['Carbone DP', [1]],
      ['Carbone D.P.', [1]],
      ['Carbone D. P.', [1]],
      ['carbone dp', [1]],
      ['David Carbone', [1]],
      ['papers by Carbone DP', [1]],
      ['Carbone DP, 2019', [1]],
      ['Carbone DP 2019-2021', [1]],
      ['Carbone DP (2018–2020)', [1]],
      ['Smith J since 2021', [4]],
      ['Smith J before 2021', [3]],
      ['Smith J from 2019 to 2020', [3]],
      ['Berg J', [3]],
      ['berg j 2020', [3]],
      ['Müller-Schmidt K', [1]],
      ['Mueller-Schmidt K', [1]],
      ['Sörensen P', [4]],
      ["O'Brien K", [3]],
      ['O’Brien K', [3]],
      ['OBrien K', [3]],
      ['van der Berg J', [3]],
      ['Van der Berg, J.', [3]],
      ['Muller Schmidt K', [1]],
      ['Smith J', [4, 3]],
      ['Smith JA', [3]],
      ['Smith JA Jr', [3]],
      ['Smith JA, Jr.', [3]],
      ['Carbone DP 3rd', [1]],
      ['Carbone D 2nd 2019', [1]],
      ['Smith J 2021', [4]],
      ['Smith et al., 2020', [3]],
      ['Hepatitis B', [5]],
      ['hepatitis b', [5]],
      ['müller-schmidt k', [1]],
      ["o'brien k", [3]],
      ['van der berg j', [3]],
      ['van der berg j 2020', [3]],
      ['smith j 2021', [4]],
      ['2021 Smith J', [4]],
      ['Smith J (2021)', [4]],
      ['d.p. carbone', [1]],
      ['smith et al 2020', [3]],
      ['smith[au]', [4, 3]],
      ['papers by smith', [4, 3]],
      ['papers by david carbone', [1]],
      ['li w', [8]],
      ['garcia lopez a', [8]],
      ["O'Brien", [3]],
      ['O`Brien K', [3]],
      ['Müller-Schmidt', [1]],
      ['Sorensen P', [4]],
      ['Dr. David Carbone', [1]],
      ['Smith J[Author - First]', [4, 3]],
      ["Smith J[au] AND O'Brien K[au]", [3]],
      ["Carbone DP[au] OR O'Brien K[au]", [3, 1]],
    ];
    for (const [question, first] of cases) {
      assert.deepEqual((await find(question)).slice(0, first.length), first, question);
    }
  });

  test('an author and a topic answer what is by the one and about the other first', async () => {
    const cases: [question: string, first: number][] = [
      ['Smith J sleep', 3],
      ['sleep Smith JA', 3],
      ['Smith J on rest', 4],
      ['Smith JA Jr sleep', 3],
      ['Carbone DP heart attack', 1],
      ['heart attack, Müller-Schmidt K', 1],
      ['van der Berg J sleep', 3],
      ['Hepatitis B vaccine', 5],
      ['Smith J hepatitis B vaccine', 5],
      ['smith j sleep', 3],
      ['sleep smith ja', 3],
      ['smith j 2020 sleep', 3],
      ['Smith J (2020) sleep', 3],
      ['Smith J, 2021, rest', 4],
      ['rest, smith j 2021', 4],
      ['Smith et al. (2020) sleep', 3],
      ['van der berg j sleep', 3],
      ['Berg J sleep', 3],
      ['sleep, Berg J', 3],
      ['papers by Smith J on rest', 4],
      ['papers by Smith JA sleep', 3],
      ['vaccine for hepatitis b', 5],
      ['Smith J[au] AND sleep[ti]', 3],
      ['sleep AND Smith J[au]', 3],
      ['("Smith JA"[Author]) AND sleep', 3],
    ];
    for (const [question, first] of cases) assert.equal((await find(question))[0], first, question);
    assert.equal((await find('Smith J sleep', { search_mode: 'semantic' }))[0], 3);
    const { documents } = await search('Doe J sleep');
    assert.ok(documents.length > 0 && documents.every(({ score }) => score < 1), 'no van der Doe J is meant');
    const later = { filters: { year_from: 2021 } };
    assert.ok(!(await find('Smith J sleep', later)).includes(3), 'filters hold');
    const { warnings } = await search('Soerensen P rest');
    assert.deepEqual(warnings, [], 'a name need not stand in a text');
  });

  test('an author who wrote nothing on the topic is told to be here, and not to be in no text', async () => {
    for (const question of ['Sörensen P infarction', 'infarction Sörensen P', 'Sörensen P[au] infarction']) {
      const told = (await search(question)).warnings.join();
      assert.match(
        told,
        /No paper by S.rensen P holds all words.*filters\.authors \["S.rensen P"\]/,
        question,
      );
      assert.doesNotMatch(told, /No stored text holds/, question);
    }
    const told = (await search('Sörensen P infarction sore')).warnings.join();
    assert.match(told, /No stored text holds "sore"/, 'a word is no piece of the name');
    const { warnings } = await search('Quillfeather J infarction');
    assert.doesNotMatch(warnings.join(), /No paper by/, 'who is not here is not told of');
  });

  test('several authors in a question answer what is by all of them, and nothing else', async () => {
    const cases: [question: string, pmids: number[]][] = [
      ["Smith JA, O'Brien K", [3]],
      ["Smith JA and O'Brien K", [3]],
      ["O'Brien K; Smith J; van der Berg J", [3]],
      ['Smith, J. A., and O’Brien, K.', [3]],
      ['J. Smith & P. Sörensen', [4]],
      ['smith j, soerensen p', [4]],
      ["papers by Smith J, O'Brien K and Van der Berg J, 2020", [3]],
      ['Carbone DP, Müller-Schmidt K et al., 2019', [1]],
      ["Smith J 2020 O'Brien K", [3]],
      ['smith ja van der berg j', [3]],
      ["Smith JA Jr, O'Brien K 3rd", [3]],
      ['Smith JA, 2020, van der Berg J', [3]],
      ['smith j 2021; soerensen p', [4]],
    ];
    for (const [question, pmids] of cases) assert.deepEqual(await find(question), pmids, question);
    const later = { filters: { year_from: 2020 } };
    assert.ok(!(await find('Carbone DP, Müller-Schmidt K', later)).includes(1));
    assert.equal((await find('Carbone DP and Smith J'))[0], 2, 'no paper is by both: words alone');
    assert.equal((await find('Hepatitis B, Hepatitis C'))[0], 5, 'topics');
  });

  test('where the question says that it is a name, nothing stands behind what is by them', async () => {
    const cases: [question: string, pmids: number[]][] = [
      ['papers by Carbone DP', [1]],
      ['Carbone D.P.', [1]],
      ['Smith J et al.', [4, 3]],
      ['author: Smith JA', [3]],
      ['author: carbone', [1]],
      ['carbone et al., 2019', [1]],
      ['van der Berg J', [3]],
    ];
    for (const search_mode of ['hybrid', 'bm25', 'semantic'])
      for (const [question, pmids] of cases)
        assert.deepEqual(await find(question, { search_mode }), pmids, question);
    const [first, ...others] = await find('Carbone DP');
    assert.deepEqual([first, others.includes(2)], [1, true], 'it may be no name');
    assert.ok((await find('papers by carbone', { search_mode: 'bm25' })).includes(2), 'as may small letters');
  });
}
