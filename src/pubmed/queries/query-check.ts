import { cutText } from '../../domain/cut-text.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { findNearestFieldTag, isFieldTag } from './field-tags.ts';

/**
 * Checks a query that its author wrote in PubMed's own language, since PubMed itself repairs a broken
 * one silently and then finds something else. Returns it with white space collapsed, the form that
 * names a watermark.
 */
export function checkTerm(term: string): string {
  const query = collapseTerm(term);
  if (query === '') refuse('must not be empty');
  const outside = blankPhrases(query);
  checkParentheses(outside);
  checkTags(outside);
  checkOperators(outside);
  return query;
}

/** As a query is told apart from others: lines and blanks say nothing. */
export function collapseTerm(term: string): string {
  return term.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Quoted phrases become "x": what stands in them has no meaning for the rest. */
function blankPhrases(query: string): string {
  const pieces = query.split('"');
  if (pieces.length % 2 === 0) refuse('has a quotation mark without its pair');
  for (let index = 1; index < pieces.length; index += 2) {
    if (pieces[index]?.trim() === '') refuse('has quotation marks with nothing between them');
    pieces[index] = 'x';
  }
  return pieces.join('"');
}

function checkParentheses(query: string): void {
  let depth = 0;
  for (const character of query) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) refuse('closes a parenthesis that was never opened');
  }
  if (depth > 0) refuse('has a parenthesis that is never closed');
  if (/\(\s*\)/.test(query)) refuse('has parentheses with nothing between them');
}

function checkTags(query: string): void {
  for (const [, tag = ''] of query.matchAll(/\[([^[\]]*)\]/g)) {
    if (isFieldTag(tag)) continue;
    const nearest = findNearestFieldTag(tag);
    const advice =
      nearest === null ? 'fields are written like [tiab], [au], [mh], [dp]' : `did you mean [${nearest}]?`;
    refuse(`names the unknown field [${cutText(tag, 40)}]; ${advice}`);
  }
  if (/[[\]]/.test(query.replace(/\[[^[\]]*\]/g, ''))) refuse('has a square bracket without its pair');
  if (/(?:^|[(\s])\[/.test(query.replace(/(?<=["\p{L}\p{N}*)\].,;'’+-]) \[/gu, '['))) {
    refuse('has a field tag with no word before it');
  }
}

function checkOperators(query: string): void {
  if (/(?:^|\()\s*(?:AND|OR)(?![^\s()"[])/.test(query)) refuse('begins with an operator');
  if (/(?:^|[\s()\]"])(?:AND|OR|NOT)\s*(?:\)|$)/.test(query)) refuse('ends with an operator');
  if (/(?:^|[\s)\]"])(?:AND|OR|NOT)\s+(?:AND|OR)(?=[\s(["]|$)/.test(query))
    refuse('has two operators in a row');
  if (!/[\p{L}\p{N}]/u.test(query.replace(/\[[^[\]]*\]|\b(?:AND|OR|NOT)\b/g, ''))) refuse('holds no word');
}

function refuse(reason: string): never {
  throw new ValidationError(`\`term\` ${reason}${reason.endsWith('?') ? '' : '.'}`);
}
