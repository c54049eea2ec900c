import type { ProvokedFault } from './provoked-faults.ts';

export const REQUEST_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'every code of the error table',
    outcome: 'its status, its shape and its wait',
    test: { file: 'tests/http/error-table.test.ts', name: '${code} has its status, its shape and its wait' },
  },
  {
    fault: 'made-up requests',
    outcome: 'no answer breaks the OpenAPI page',
    test: {
      file: 'tests/http/fuzz.faults.test.ts',
      name: 'no answer breaks the OpenAPI page, whatever 500 made-up requests an operation ask',
    },
  },
  {
    fault: 'callers that misbehave on the connection',
    outcome: 'the server serves on',
    test: { file: 'tests/http/http-server.test.ts', name: 'serves on after callers that misbehave' },
  },
  {
    fault: 'a caller who hangs up',
    outcome: 'the work is cancelled and its slot is free',
    test: {
      file: 'tests/http/limits.test.ts',
      name: 'a caller who hangs up frees the slots and cancels the work',
    },
  },
  {
    fault: 'SIGTERM while requests, streams and a job hang at PubMed',
    outcome: '503 for what still runs, every stream ends, the job is put back, exit code 0',
    test: {
      file: 'tests/shutdown.faults.test.ts',
      name: 'serve answers 503 to what hangs, ends every stream, puts its jobs back and exits with 0',
    },
  },
  {
    fault: 'SIGTERM while a call and a job of stdio hang at PubMed',
    outcome: 'the process ends at once, the job is put back',
    test: { file: 'tests/shutdown.faults.test.ts', name: 'stdio ends at once, and puts its jobs back' },
  },
  {
    fault: 'the end of a session while a call of its client hangs',
    outcome: 'the call goes on at the next owner',
    test: {
      file: 'tests/ownership/sessions.test.ts',
      name: 'a session that ends does not wait for a client whose call hangs; the call goes on at the client',
    },
  },
  {
    fault: 'more calls than a limit',
    outcome: '`TOOL_BUSY` at once, while others go on',
    test: {
      file: 'tests/http/limits.test.ts',
      name: 'a tool at its limit is TOOL_BUSY at once, while others go on',
    },
  },
  {
    fault: 'a readiness check that never answers',
    outcome: 'failed at its time limit',
    test: {
      file: 'tests/http/readiness.test.ts',
      name: 'a check that never answers has failed at its time limit',
    },
  },
  {
    fault: 'a body of more than 4 MiB over MCP',
    outcome: 'refused before it is read to its end',
    test: {
      file: 'tests/mcp/http-faults.test.ts',
      name: 'a body of more than 4 MiB is refused before it is read to its end',
    },
  },
  {
    fault: 'a client of stdio that stops reading',
    outcome: 'the connection ends after the grace time',
    test: {
      file: 'tests/mcp/stdio-life.test.ts',
      name: 'is seen, and comes after the grace time, while the client reads nothing',
    },
  },
  {
    fault: 'a log that nobody reads, in a pipe or a socket',
    outcome: 'the service goes on; each line comes once somebody reads, as far as 8 MB reach',
    test: {
      file: 'tests/telemetry/log-service.faults.test.ts',
      name: 'a service whose log nobody reads answers all calls, and its log is whole once somebody does',
    },
  },
  {
    fault: 'a client of stdio that never reads stderr',
    outcome: 'all its calls are answered',
    test: {
      file: 'tests/telemetry/log-service.faults.test.ts',
      name: 'stdio answers all calls of a client that never reads stderr',
    },
  },
  {
    fault: 'a log whose reader is killed, and another that comes',
    outcome: 'the process goes on, and the other one gets what waited',
    test: {
      file: 'tests/telemetry/log-readers.test.ts',
      name: 'another reader of a pipe gets what the one before it left',
    },
  },
  {
    fault: 'a log that nobody reads, in a pipe that another process of Node shared until it ended',
    outcome: 'the process goes on; each line comes once somebody reads',
    test: {
      file: 'tests/telemetry/log-readers.test.ts',
      name: 'another process that shares the pipe and ends makes it none that is waited for',
    },
  },
  {
    fault: 'a log that nobody reads for long',
    outcome: 'lines beyond 8 MB are dropped, counted, and told of in their place',
    test: {
      file: 'tests/telemetry/log-readers.test.ts',
      name: 'whose reader stands still for long loses lines that are counted, and told of in their place',
    },
  },
  {
    fault: 'a full disk under the log',
    outcome: 'the process goes on; each line comes once there is room',
    test: {
      file: 'tests/telemetry/log-disk.faults.test.ts',
      name: 'a full disk under the log holds up nothing; once there is room, each line comes whole and in order',
    },
  },
  {
    fault: 'a failing index in a search',
    outcome: 'an error, never an empty list',
    test: { file: 'tests/search/search-corpus.test.ts', name: 'a failure of the index is thrown' },
  },
  {
    fault: 'a connection of `bio-mcp connect` that breaks before an answer',
    outcome: 'what may be done twice is asked once more; of all else the client is told',
    test: {
      file: 'tests/connect/handing-on.test.ts',
      name: 'asks once more for what may be done twice, and tells of all else (${mode})',
    },
  },
];
