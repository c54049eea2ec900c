import type { ProvokedFault } from './provoked-faults.ts';

export const JOB_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a rebuild that begins as a load comes to its end',
    outcome: 'the load waits for its turn, and ends well',
    test: {
      file: 'tests/ingest/runs/closing-turn.test.ts',
      name: 'a run that is done waits for its turn to close as long as another one has it, such as a rebuild',
    },
  },
  {
    fault: 'a worker killed with `kill -9` at several stages',
    outcome: 'the next one goes on from there and does nothing twice',
    test: {
      file: 'tests/worker/worker-process.faults.test.ts',
      name: 'killed with kill -9 at several stages, it goes on from where it was and does nothing twice',
    },
  },
  {
    fault: 'SIGTERM',
    outcome: 'the job is put back and ends as the same attempt',
    test: {
      file: 'tests/worker/worker-process.faults.test.ts',
      name: 'a worker that gets SIGTERM puts it back, and the next one ends it as the same attempt',
    },
  },
  {
    fault: 'SIGTERM while the database stands still',
    outcome: 'the worker is ended hard, within `BIO_MCP_SHUTDOWN_SECONDS`; the job is not lost',
    test: {
      file: 'tests/shutdown.faults.test.ts',
      name: 'a worker is ended hard, and its job is not lost',
    },
  },
  {
    fault: 'a worker that was paused beyond its lease',
    outcome: 'notices on waking and writes nothing to the job',
    test: {
      file: 'tests/worker/worker-process.faults.test.ts',
      name: 'a worker that was paused beyond its lease notices on waking and writes nothing to the job',
    },
  },
  {
    fault: 'a database that answers renewals of a lease more slowly than they come',
    outcome: 'at most three are unanswered, and they go on with its answers',
    test: {
      file: 'tests/worker/slow-database.test.ts',
      name: 'renewals that a database leaves unanswered do not pile up, and go on with its answers',
    },
  },
  {
    fault: 'a second sync of a query, whose list the first closes meanwhile',
    outcome: 'both succeed, and nothing is brought or taken for gone twice',
    test: {
      file: 'tests/ingest/runs/sync-resume.test.ts',
      name: 'is complete with it when that one is done first, and brings nothing twice',
    },
  },
  {
    fault: 'a job whose worker is killed again and again',
    outcome: 'fails in the end',
    test: {
      file: 'tests/conformance/job-queue-ends.ts',
      name: 'a job whose worker is killed again and again fails in the end',
    },
  },
  {
    fault: 'a database that goes away, within and beyond the lease',
    outcome: 'the end is written once it is back; beyond the lease the tool is stopped and tried again',
    test: {
      file: 'tests/worker/database-outage.faults.test.ts',
      name: 'beyond the lease, the tool is stopped and the job is tried again',
    },
  },
  {
    fault: 'SQS that is missing, refuses or is gone',
    outcome: 'jobs run; later its messages count again',
    test: {
      file: 'tests/worker/sqs-messages.services.test.ts',
      name: 'while SQS is ${fault}, from the start and in the middle, jobs run; after that its messages count again',
    },
  },
  {
    fault: 'messages that arrive twice and out of order',
    outcome: 'each job runs once',
    test: {
      file: 'tests/worker/sqs-messages.services.test.ts',
      name: 'of jobs whose messages arrive twice and out of order, two workers run each once',
    },
  },
  {
    fault: 'a message without a job',
    outcome: 'dead-lettered with its reason; the worker lives on',
    test: {
      file: 'tests/worker/sqs-messages.services.test.ts',
      name: 'a message without a job is dead-lettered with its reason, and the worker lives on',
    },
  },
  {
    fault: 'a part of a load that fails',
    outcome: 'the others go on; loaded later it leaves what an undisturbed load leaves',
    test: {
      file: 'tests/worker/load-in-parts.test.ts',
      name: 'goes on after a part that fails, and that part, loaded later, leaves what an undisturbed load leaves',
    },
  },
  {
    fault: '`kill -9` of one of three workers that share a folder from afar',
    outcome: 'rows, objects and passages are those that one worker leaves',
    test: {
      file: 'tests/worker/load-from-afar.faults.test.ts',
      name: 'three workers share it, one of them is killed, and it leaves what one worker leaves',
    },
  },
  {
    fault: 'a load of a folder from afar that is cancelled',
    outcome: 'its parts end with it; the next load continues their downloads',
    test: {
      file: 'tests/worker/load-from-afar.faults.test.ts',
      name: 'cancelled while its parts run, it takes them with it, and the next load goes on where they were',
    },
  },
];
