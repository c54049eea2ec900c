import type { ConsolePage } from './page.ts';
import { citeFilePage, citePage } from './pages/cite-pages.ts';
import { paperPage } from './pages/paper-page.ts';
import { rawRecordFile, rawRecordPage } from './pages/raw-record-pages.ts';
import { searchPage } from './pages/search-page.ts';

/** In the order of the navigation. A new page is a line here. */
export const PAGES: readonly ConsolePage[] = [
  searchPage,
  paperPage,
  rawRecordPage,
  rawRecordFile,
  citePage,
  citeFilePage,
];
