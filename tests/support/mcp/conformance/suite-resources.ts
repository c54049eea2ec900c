import type { ReadResourceResult, Resource, ResourceTemplateType } from '@modelcontextprotocol/server';
import { PNG } from './samples.ts';

const mimeType = 'text/plain';
const description = 'For the conformance suite.';

export const SUITE_RESOURCES: readonly Resource[] = [
  { uri: 'test://static-text', name: 'static-text', description, mimeType },
  { uri: 'test://static-binary', name: 'static-binary', description, mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'watched-resource', description, mimeType },
];

export const SUITE_TEMPLATES: readonly ResourceTemplateType[] = [
  { uriTemplate: 'test://template/{id}/data', name: 'template', description, mimeType: 'application/json' },
];

/** `null` for what is none of the suite's. */
export function readSuiteResource(uri: string): ReadResourceResult | null {
  if (uri === 'test://static-text') {
    return { contents: [{ uri, mimeType, text: 'This is the content of the static text resource.' }] };
  }
  if (uri === 'test://static-binary') return { contents: [{ uri, mimeType: 'image/png', blob: PNG }] };
  if (uri === 'test://watched-resource') return { contents: [{ uri, mimeType, text: 'Watched.' }] };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) return null;
  const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
  return { contents: [{ uri, mimeType: 'application/json', text }] };
}
