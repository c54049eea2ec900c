import { ragGet } from '../../tools/rag-get.ts';
import { toAddress } from '../addresses.ts';
import { renderFacts } from '../elements/facts.ts';
import { showBytes } from '../elements/figures.ts';
import { toPaperAddress } from '../elements/standing.ts';
import { html } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { renderCopy } from '../search/same-query.ts';
import { toParams } from './paper-page.ts';

/** The raw record of a paper, read from the archive and held to its hash for this very page. */
export const rawRecordPage: ConsolePage = {
  path: '/ui/papers/:pmid/raw',
  async answer(asked) {
    const { pmid, archive, payload, encoding } = await readRaw(asked);
    const checkpoint = asked.query.get('checkpoint');
    return {
      title: `Raw record of PMID ${pmid}`,
      content: html`<p><a href=${toPaperAddress(pmid, checkpoint)}>Back to the paper</a></p>
        <div class="notice" role="status">
          <p><span class="word good">Verified</span> These ${showBytes(Buffer.byteLength(payload, encoding))} were read from the archive just now, and have the hash of the record.</p>
        </div>
        ${renderFacts([
          ['At', html`<code>${archive?.s3_uri}</code>`],
          ['SHA-256', html`<code>${archive?.content_hash}</code>`],
        ])}
        <p><a class="button" href=${toAddress(`/ui/papers/${pmid}/raw/file`, { checkpoint })}>Download</a></p>
        ${renderCopy('raw', encoding === 'utf8' ? 'As upstream sent it' : 'As upstream sent it, in Base64', payload, { level: 2 })}`,
    };
  },
};

export const rawRecordFile: ConsolePage = {
  path: '/ui/papers/:pmid/raw/file',
  async answer(asked) {
    const { pmid, payload, encoding } = await readRaw(asked);
    return { fileName: `${pmid}.xml`, contentType: 'application/xml', text: Buffer.from(payload, encoding) };
  },
};

async function readRaw(asked: Asked) {
  const { raw, ...answer } = await asked.call(ragGet, { ...toParams(asked), fields: ['archive', 'raw'] });
  return { ...answer, payload: raw?.payload ?? '', encoding: raw?.encoding ?? 'utf8' };
}
