import type { CallOptions } from '../domain/call-options.ts';

export interface JobMessage {
  /** As it was sent: whoever may write to the queue wrote it. */
  body: string;
  /** W3C trace context; `null` where the sender gave none. */
  traceparent: string | null;
}

export interface ReceivedMessage extends JobMessage {
  /** Names this delivery of it. */
  receipt: string;
}

export interface DeadLetter extends JobMessage {
  /** One word for a machine, such as `unknown_tool`. */
  reason: string;
  /** Of the error table. */
  errorCode: string;
}

/**
 * A queue of messages beside the jobs' rows: each tells of a job, and only wakes whoever works. One may
 * arrive twice, late, in any order, or never. Fails with `QUEUE_UNAVAILABLE`.
 */
export interface JobMessages {
  /** Resolves to those of `messages` that the queue did not take. */
  send(messages: readonly JobMessage[], options: CallOptions): Promise<JobMessage[]>;
  /** Waits some seconds for the first; `atMost` is 1 to 10. What is not deleted comes again. */
  receive({ atMost }: { atMost: number }, options: CallOptions): Promise<ReceivedMessage[]>;
  delete(message: ReceivedMessage, options: CallOptions): Promise<void>;
  /** Puts it where an operator finds it, with its reason. */
  deadLetter(letter: DeadLetter, options: CallOptions): Promise<void>;
  /** How many letters lie in the dead-letter queue, about: what is being looked at aside. */
  countDeadLetters(options: CallOptions): Promise<number>;
  /** Whether both queues are there and may be used. */
  ping(options: CallOptions): Promise<void>;
  /**
   * Does with both queues what workers do, by a message that leads to no job; each failure names its remedy.
   */
  probe(options: CallOptions): Promise<void>;
}
