import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toRetractionStatus } from '../../src/pubmed/records/retraction-status.ts';

const link = (type: string) => ({ type, pmid: '1', citation: null });
const type = (name: string, ui: string | null = null) => ({ ui, name });

describe('retraction status', () => {
  const byType: [string, string][] = [
    ['Retracted Publication', 'retracted'],
    ['Retraction of Publication', 'retraction_notice'],
    ['Retraction Notice', 'retraction_notice'],
    ['Expression of Concern', 'expression_of_concern'],
    ['Published Erratum', 'erratum'],
    ['Corrected and Republished Article', 'erratum'],
    ['Journal Article', 'none'],
  ];
  for (const [name, status] of byType) {
    test(`"${name}" alone gives ${status}`, () => {
      assert.equal(toRetractionStatus([type(name)], []), status);
    });
  }

  const byLink: [string, string][] = [
    ['RetractionIn', 'retracted'],
    ['RetractedandRepublishedIn', 'retracted'],
    ['RetractionOf', 'retraction_notice'],
    ['ExpressionOfConcernIn', 'expression_of_concern'],
    ['ExpressionOfConcernFor', 'expression_of_concern'],
    ['PartialRetractionIn', 'corrected'],
    ['ErratumIn', 'corrected'],
    ['ErratumFor', 'erratum'],
    ['RepublishedFrom', 'none'],
    ['UpdateIn', 'none'],
    ['CommentIn', 'none'],
    ['constructor', 'none'],
  ];
  for (const [refType, status] of byLink) {
    test(`a link "${refType}" alone gives ${status}`, () => {
      assert.equal(toRetractionStatus([], [link(refType)]), status);
    });
  }

  test("NLM's identifier counts where the name is another", () => {
    assert.equal(toRetractionStatus([type('Zurückgezogen', 'D016441')], []), 'retracted');
  });

  test('an erratum beside a retraction hides nothing', () => {
    assert.equal(toRetractionStatus([], [link('ErratumIn'), link('RetractionIn')]), 'retracted');
  });

  test('an erratum that was itself corrected stays an erratum', () => {
    assert.equal(toRetractionStatus([type('Published Erratum')], [link('ErratumIn')]), 'erratum');
  });

  test('a corrected article under concern is under concern', () => {
    const links = [link('ErratumIn'), link('ExpressionOfConcernIn')];
    assert.equal(toRetractionStatus([type('Journal Article')], links), 'expression_of_concern');
  });
});
