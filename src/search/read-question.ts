import { namesRecords } from './find-named.ts';
import { withoutRecordIds } from './names/record-ids.ts';
import { parseQuestion, type Question } from './words/question.ts';
import { namesTopic } from './words/topic.ts';

/** What a question asks for. Records are looked up by ids, which are no words of the topic beside them. */
export function readQuestion(query: string): Question {
  const question = parseQuestion(query);
  const text = namesRecords(question.text) ? withoutRecordIds(question.text) : '';
  return namesTopic(text) ? { ...question, text } : question;
}
