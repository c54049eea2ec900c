import type { ConsolePage } from './page.ts';
import { citeFilePage, citePage } from './pages/cite-pages.ts';
import { searchPage } from './pages/search-page.ts';

/** In the order of the navigation. A new page is a line here. */
export const PAGES: readonly ConsolePage[] = [searchPage, citePage, citeFilePage];
