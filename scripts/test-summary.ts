/** What a run of `bun test` counted. An error outside a test (a file that does not load) is a failure here. */
export type TestCounts = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
};

/**
 * Reads the counts from the end of `bun test`'s own output (" 12 pass\n 1 skip\n 0 fail\n ... Ran 13 tests").
 * The JUnit report is no substitute: it leaves out files that fail to load. Null when the run ended without a summary.
 */
export function readSummary(output: string): TestCounts | null {
  const plain = Bun.stripANSI(output);
  const start = plain.search(/^ *\d+ pass$(?![\s\S]*^ *\d+ pass$)/m);
  if (start === -1 || !/^Ran \d+ tests? across /m.test(plain.slice(start))) return null;
  const summary = plain.slice(start);
  const count = (word: string) =>
    Number(new RegExp(`^ *(\\d+) ${word}s?$`, "m").exec(summary)?.[1] ?? 0);
  return {
    passed: count("pass"),
    failed: count("fail") + count("error"),
    skipped: count("skip") + count("todo"),
  };
}

/** No test run, or a run that broke off, is a failure: it proves nothing. */
export function closingLine(counts: TestCounts | null): { line: string; ok: boolean } {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 1, skipped: 0 };
  return {
    line: `${passed} passed, ${failed} failed, ${skipped} skipped`,
    ok: failed === 0 && passed > 0,
  };
}
