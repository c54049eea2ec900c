import type { ConsolePage } from './page.ts';
import { checkpointsPage, createCheckpoint } from './pages/checkpoints-page.ts';
import { citeFilePage, citePage } from './pages/cite-pages.ts';
import { corpusPage, retryRecord } from './pages/corpus-page.ts';
import { diffFile, diffPage } from './pages/diff-page.ts';
import { docsPage, tryTool } from './pages/docs-page.ts';
import { healthPage } from './pages/health-page.ts';
import { cancelJob, jobPage } from './pages/job-page.ts';
import { jobsPage } from './pages/jobs-page.ts';
import { paperPage } from './pages/paper-page.ts';
import { rawRecordFile, rawRecordPage } from './pages/raw-record-pages.ts';
import { searchPage } from './pages/search-page.ts';
import { topicPage } from './pages/topic-page.ts';
import { startSync, topicsPage } from './pages/topics-page.ts';

/** In the order of the navigation. A new page is a line here. */
export const PAGES: readonly ConsolePage[] = [
  searchPage,
  paperPage,
  rawRecordPage,
  rawRecordFile,
  citePage,
  citeFilePage,
  topicsPage,
  topicPage,
  startSync,
  jobsPage,
  jobPage,
  cancelJob,
  checkpointsPage,
  createCheckpoint,
  diffPage,
  diffFile,
  corpusPage,
  retryRecord,
  healthPage,
  docsPage,
  tryTool,
];
