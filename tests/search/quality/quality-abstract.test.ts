import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseRecord } from '../../../src/pubmed/records/parse-record.ts';
import { toQualityFacts } from '../../../src/search/quality/quality.ts';
import { readAbstract } from '../../../src/search/quality/quality-abstract.ts';
import { readSampleXml, splitRecords } from '../../pubmed/records.ts';
import { headings, named, toAbstract, toCitation } from '../citation-samples.ts';

const records = splitRecords(readSampleXml()).map(({ bytes }) => parseRecord(Buffer.from(bytes)));
const read = (...sections: Parameters<typeof toAbstract>) =>
  readAbstract({ abstract: toAbstract(...sections) });
const reasonOf = (pmid: string, part: 'design' | 'human' | 'investment_relevance') => {
  const record = records.find((one) => one.pmid === pmid);
  assert.ok(record, pmid);
  return toQualityFacts(record)[part];
};

describe('quality by the abstract', () => {
  test('real records that NLM has not typed get their design and people from it', () => {
    const cases: [pmid: string, value: number, reason: string][] = [
      ['31839849', 0.85, 'The abstract tells of a randomised trial; 36 people.'],
      ['32260179', 1, 'The abstract tells of a meta-analysis.'],
      ['31840206', 0.6, 'The abstract tells of a prospective study; 124 people.'],
      ['31839592', 0.55, 'The abstract tells of a cohort study; 100 people.'],
      ['20675348', 0.95, 'The abstract tells of a systematic review.'],
      ['34874420', 0.9, 'The title calls it a randomised trial; 1,221 people.'],
      ['20614483', 0.8, 'Publication type: Randomized Controlled Trial; 13 people.'],
      ['29768149', 0.95, 'Publication type: Clinical Trial, Phase III; 3,849 people.'],
    ];
    for (const [pmid, value, reason] of cases) assert.deepEqual(reasonOf(pmid, 'design'), { value, reason });
    assert.match(
      reasonOf('38051328', 'investment_relevance').reason,
      /^Found: phase 3, .*trial registration NCT03745170\.$/,
    );
    assert.equal(reasonOf('34874420', 'human').reason, 'The abstract speaks of people, and of no animals.');
  });

  test('of records that NLM has typed none is called a trial that NLM does not call one', () => {
    const typed = records.filter(({ mesh }) => mesh.length > 0);
    const called = typed.filter((record) => readAbstract(record).design?.isTrial === true);
    assert.ok(called.length >= 6, `${called.length}`);
    for (const { pmid, publication_types } of called)
      assert.ok(
        publication_types.some(({ name }) => /Trial/.test(name)),
        pmid,
      );
  });

  test('what others did or should do is no design of its own', () => {
    for (const text of [
      'Further randomised trials are needed.',
      'Patients should be randomly assigned in future studies.',
      'Evidence from meta-analyses is lacking.',
      'A randomised trial of aspirin is cited.',
      'Rats were randomly divided into two groups.',
    ])
      assert.equal(read(text).design, null, text);
  });

  test('a design is told in many ways', () => {
    const told: [string, string][] = [
      ['We conducted a systematic review and meta-analysis of trials.', 'a meta-analysis'],
      ['Participants (n = 40) were randomized to tea or water.', 'a randomised trial'],
      ['Eligible women were randomly assigned (1:1) to tea.', 'a randomised trial'],
      ['This open-label, single-centre study enrolled adults.', 'a trial without randomisation'],
      ['We retrospectively reviewed 80 charts.', 'a retrospective study'],
      ['We report the case of a nurse.', 'a case report'],
      ['In this cross-sectional survey nurses were asked.', 'a cross-sectional study'],
    ];
    for (const [text, name] of told) assert.equal(read(text).design?.name, name, text);
  });

  test('people are counted, and years, ages, shares, rates and doses are not', () => {
    const counts: [string, number | null][] = [
      ['A total of 1,234 consecutive patients were enrolled; 12 patients left.', 1_234],
      ['Participants (n = 345) were followed.', 345],
      ['In 2019 patients of 65 years and 45% of women slept; 3.5 children a family.', null],
      ['The rate was 4 per 100,000 children.', null],
      ['5 mg for adults.', null],
    ];
    for (const [text, people] of counts) assert.equal(read(text).people, people, text);
  });

  test('numbers of registers and phases are read in their spellings', () => {
    const numbers = [
      'NCT01846416',
      'ISRCTN 63718836',
      'ACTRN12610000123456',
      'ChiCTR-TRC-12345678',
      'ChiCTR2000029741',
      'UMIN000012345',
      'jRCTs031180123',
      'CTRI/2019/05',
      'DRKS00012345',
    ];
    for (const number of numbers) assert.equal(read(`Registered: ${number}.`).registration, number);
    assert.equal(read('The NCT of 2019.').registration, null);
    assert.equal(read('In this phase II, open-label trial').phase, 'phase II');
    assert.equal(read('a phase 1b study').phase, 'phase 1b');
    assert.equal(read('The acute phase 2 days later').phase, null);
  });

  test('a protocol has no results, and NLM is believed before the abstract', () => {
    const abstract = toAbstract('Patients will be recruited; patients were randomly assigned.');
    assert.equal(
      toQualityFacts(toCitation({ title: 'Tea for sleep: study protocol for a randomised trial', abstract }))
        .design.value,
      0.3,
    );
    const report = toCitation({ publication_types: named('Case Reports'), abstract });
    assert.equal(toQualityFacts(report).design.reason, 'Publication type: Case Reports.');
    const retracted = toCitation({ publication_types: named('Retracted Publication'), abstract });
    assert.equal(toQualityFacts(retracted).design.value, 0);
    const animals = toCitation({ mesh: headings('Animals'), abstract });
    assert.equal(toQualityFacts(animals).human.value, 0.2);
  });
});
