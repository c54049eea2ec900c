import { SaxesParser } from 'saxes';
import { throwReported } from './json-body.ts';
import { malformed } from './upstream-fault.ts';

/**
 * The texts of every element by its name, in document order: enough for the small answers that NCBI gives as
 * XML only. Throws what an `ERROR` element reports, and where the document is not whole.
 */
export function parseXmlTexts(body: Uint8Array): ReadonlyMap<string, string[]> {
  const texts = new Map<string, string[]>();
  const open: { name: string; text: string }[] = [];
  const parser = new SaxesParser({ position: false });
  parser.on('opentag', ({ name }) => open.push({ name, text: '' }));
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (element === undefined) return;
    const known = texts.get(element.name);
    if (known === undefined) texts.set(element.name, [element.text]);
    else known.push(element.text);
  });
  try {
    parser.write(new TextDecoder().decode(body)).close();
  } catch (error) {
    throw malformed('the XML is cut or broken', error);
  }
  throwReported(texts.get('ERROR'));
  return texts;
}
