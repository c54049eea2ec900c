import type { ProvokedFault } from './provoked-faults.ts';

export const OWNERSHIP_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a killed owner',
    outcome: 'its lock needs no hand',
    test: {
      file: 'tests/ownership/ownership.faults.test.ts',
      name: 'the lock of a killed owner needs no hand, and its socket goes with it',
    },
  },
  {
    fault: 'a command whose owner is killed',
    outcome: 'takes over and finishes its work',
    test: {
      file: 'tests/ownership/ownership.faults.test.ts',
      name: 'a command whose owner is killed takes over and finishes its work',
    },
  },
  {
    fault: 'a PANIC of the embedded database',
    outcome: 'its thread is replaced; the transaction under way fails whole',
    test: {
      file: 'tests/store/database/pglite-thread.test.ts',
      name: 'is replaced after a PANIC: the transaction fails whole, what was committed is there',
    },
  },
  {
    fault: 'a thread of the embedded database that dies twice',
    outcome: 'the process ends with a sentence; the next owner goes on with its jobs',
    test: {
      file: 'tests/ownership/lost-database.faults.test.ts',
      name: 'a thread of the database that dies is replaced once, then the process ends and the next owner goes on',
    },
  },
  {
    fault: 'a corpus that its owner loses under the call of a client',
    outcome: 'the client hears nothing of it, and goes on at the next owner',
    test: {
      file: 'tests/ownership/lost-corpus.test.ts',
      name: 'hears nothing of it, and goes on at the next owner: a ${kind}',
    },
  },
  {
    fault: 'an owner on another host of a network file system',
    outcome: 'keeps the folder as long as it lives, and is named',
    test: {
      file: 'tests/ownership/owner-life.test.ts',
      name: 'on another host keeps the folder as long as its lock file changes, and is named',
    },
  },
  {
    fault: 'an owner on another host that is gone',
    outcome: 'is replaced without a hand',
    test: {
      file: 'tests/ownership/owner-life.test.ts',
      name: 'on another host is replaced without a hand once it is silent',
    },
  },
  {
    fault: 'an owner that was paused until another had the folder',
    outcome: 'ends at its next beat',
    test: {
      file: 'tests/ownership/owner-life.test.ts',
      name: 'and finds, when it wakes, that another has the folder, is told at its next beat',
    },
  },
  {
    fault: 'another user at the address of an owner',
    outcome: 'nobody connects to it',
    test: {
      file: 'tests/ownership/owner-address.test.ts',
      name: 'in a folder that others may enter is not connected to',
    },
  },
  {
    fault: 'a lock file of another user',
    outcome: 'is refused in a sentence',
    test: {
      file: 'tests/ownership/owner-address.test.ts',
      name: 'a lock file that another user put there is refused in a sentence',
    },
  },
  {
    fault: 'a damaged lock file',
    outcome: 'stands for nobody',
    test: {
      file: 'tests/ownership/folder-lock.test.ts',
      name: 'a lock file that a disk has damaged stands for nobody',
    },
  },
  {
    fault: 'a stopped command (Ctrl-Z) that a service asks for the folder',
    outcome: 'the service ends after a minute with a sentence that names the command',
    test: {
      file: 'tests/ownership/take-folder.test.ts',
      name: 'a service that a stopped command leaves without an answer names it in the end',
    },
  },
  {
    fault: 'a corpus that closes badly as it is handed over',
    outcome: 'the calls of its session go on at the next owner',
    test: {
      file: 'tests/ownership/sessions.test.ts',
      name: 'a session whose corpus closes badly as it is handed over goes on at the next owner',
    },
  },
  {
    fault: 'many that race for a dead lock',
    outcome: 'exactly one wins',
    test: {
      file: 'tests/ownership/folder-lock.test.ts',
      name: 'of ${RACERS} that race for a dead lock exactly one wins',
    },
  },
];
