/** The program of an ingest thread that cannot start. */
throw new Error('this thread does not start');
