import type { HistoryServer } from './history-server.ts';
import type { RecordLibrary } from './record-library.ts';

export interface Question {
  params: ReadonlyMap<string, string>;
  library: RecordLibrary;
  history: HistoryServer;
}

export interface Answer {
  /** Default 200. */
  status?: number;
  type: 'application/json' | 'text/xml' | 'text/plain';
  body: string;
}

export function json(value: unknown): Answer {
  return { type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

export function xml(body: string): Answer {
  return { type: 'text/xml', body: `<?xml version="1.0" encoding="UTF-8" ?>\n${body}\n` };
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The ids of `id=1,2` or of a history entry; `null` when that entry is gone. */
export function findAskedPmids({ params, history }: Question): number[] | null {
  const webEnv = params.get('WebEnv');
  if (webEnv !== undefined) {
    const start = Number(params.get('retstart') ?? 0);
    const pmids = history.find(webEnv, Number(params.get('query_key')));
    return pmids === null ? null : pmids.slice(start, start + Number(params.get('retmax') ?? 20));
  }
  const ids = (params.get('id') ?? '').split(',').filter((id) => id.trim() !== '');
  return ids.map(Number);
}
