/**
 * Loaded before a test file by run-tests.ts: a test process that lives on for longer than `TEST_LIFE_MS`, as
 * one does in which something is still open after its tests, ends and says what keeps it. The run goes on.
 */
const lifeMs = Number(process.env.TEST_LIFE_MS);
delete process.env.TEST_LIFE_MS; // a test's own processes and threads end with it
const end = () => {
  const kept = [...new Set(process.getActiveResourcesInfo())].join(', ');
  console.error(`A test process is ended after ${lifeMs / 1_000} s. Still open: ${kept}.`);
  process.exit(1);
};
if (lifeMs > 0) setTimeout(end, lifeMs).unref();
