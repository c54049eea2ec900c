/**
 * Why a job's work was told to stop; the reason of its abort signal. Who sees `put-back` or `lease-lost`
 * leaves the run open for the next attempt and writes nothing more: another worker may be at it already.
 */
export class JobStoppedError extends Error {
  readonly why: 'put-back' | 'lease-lost' | 'cancelled';

  constructor(why: JobStoppedError['why']) {
    super(SENTENCES[why]);
    this.name = 'JobStoppedError';
    this.why = why;
  }
}

const SENTENCES = {
  'put-back': 'the worker ends and puts the job back into the queue',
  'lease-lost': 'the lease of the job lapsed, so that another worker may have it',
  cancelled: 'the job was cancelled',
} as const;

/** Whether the work behind the signal goes on elsewhere. */
export function goesOnElsewhere({ reason }: AbortSignal): boolean {
  return reason instanceof JobStoppedError && reason.why !== 'cancelled';
}
