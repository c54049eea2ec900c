import { isEnded, type Job } from '../../../src/domain/jobs/job.ts';
import { askUntil } from '../awaited.ts';

/** Looks at a job until it has ended, however often: one look waits for 45 s at most. */
export function awaitEnd<T extends Pick<Job, 'state'>>(look: () => Promise<T>): Promise<T> {
  const lookOnce = async () => {
    const job = await look();
    return isEnded(job) ? job : null;
  };
  return askUntil(lookOnce, { what: 'the end of a job', pauseMs: 0 });
}
