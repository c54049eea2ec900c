import type { AbstractSection } from './document.ts';

/** One part of an abstract as it is read: "METHODS: We …". A label that has its own colon gets no other. */
export function toSectionText({ label, text }: Pick<AbstractSection, 'label' | 'text'>): string {
  return label === null ? text : `${label.endsWith(':') ? label : `${label}:`} ${text}`;
}
