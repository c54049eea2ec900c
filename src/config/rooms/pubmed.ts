import { z } from 'zod';
import { httpUrl, notes, type SettingsOf, shareOfOne } from '../setting-forms.ts';

export const pubmedSettings = {
  BIO_MCP_PUBMED_BASE_URL: httpUrl()
    .default('https://eutils.ncbi.nlm.nih.gov/entrez/eutils/')
    .register(notes, { about: "Where NCBI's E-utilities answer, with or without a slash at the end." }),
  BIO_MCP_PUBMED_API_KEY: z
    .string()
    .regex(/^\w{5,128}$/, { error: 'must be 5 to 128 letters, digits and underscores' })
    .optional()
    .register(notes, {
      about:
        'Your key of NCBI (https://www.ncbi.nlm.nih.gov/account/settings/): ten requests a second instead of three.',
      shownDefault: 'none',
    }),
  BIO_MCP_PUBMED_EMAIL: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be an e-mail address' })
    .optional()
    .register(notes, {
      about:
        'Sent to NCBI with every request, so that it can write to you before it blocks your address. One warning at start where ' +
        'it is not set.',
      shownDefault: 'none',
    }),
  BIO_MCP_PUBMED_SHARE: shareOfOne()
    .default(1)
    .register(notes, {
      about:
        "This installation's part of what NCBI allows one key or address, where several installations share it. " +
        'Processes on one database share it by themselves.',
    }),
};

export function toPubmed(settings: SettingsOf<typeof pubmedSettings>) {
  return {
    /** With or without a slash at its end. */
    baseUrl: settings.BIO_MCP_PUBMED_BASE_URL,
    apiKey: settings.BIO_MCP_PUBMED_API_KEY ?? null,
    email: settings.BIO_MCP_PUBMED_EMAIL ?? null,
    /** Above 0, at most 1. */
    share: settings.BIO_MCP_PUBMED_SHARE,
  };
}
