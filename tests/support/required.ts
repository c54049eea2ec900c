/**
 * What a test's `skip` may be: why it cannot run here, `false` where it can. With `TEST_REQUIRE_ALL=1`, as
 * .ci/run sets it, whoever must not take a skipped test for a passed one gets an error instead.
 */
export function orRequired(skip: string | false): string | false {
  if (skip === false || process.env.TEST_REQUIRE_ALL !== '1') return skip;
  throw new Error(`TEST_REQUIRE_ALL=1 allows no skip: ${skip}`);
}
