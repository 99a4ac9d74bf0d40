import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import type { ImportAccount, RowReading } from "#modules/ledger/domain/import-format";
import type { FormatAnswers } from "#modules/ledger/domain/import-state";
import { readBankFile } from "../../support/bank-file.ts";

type Expected = {
  readonly account: ImportAccount;
  /** What is proposed. */
  readonly format: object;
  readonly questions: readonly object[];
  /** What its owner says to them. */
  readonly answers?: FormatAnswers;
  readonly readings: readonly RowReading[];
};

const directory = new URL("../../fixtures/import/", import.meta.url).pathname;
const names = readdirSync(directory)
  .filter((name) => name.endsWith(".csv"))
  .map((name) => name.slice(0, -".csv".length))
  .toSorted();

test("at least 20 shapes of files are held against their expected reading", () => {
  expect(names.length).toBeGreaterThanOrEqual(20);
});

describe.each(names)("%s", (name) => {
  const load = async () => ({
    bytes: await Bun.file(`${directory}${name}.csv`).bytes(),
    expected: (await Bun.file(`${directory}${name}.expected.json`).json()) as Expected,
  });

  test("is proposed as its bank writes it, or asked about", async () => {
    const { bytes, expected } = await load();
    const { format, questions, problem } = await readBankFile(bytes, expected.account);
    expect(problem).toBeNull();
    expect(
      questions.map(({ field, options, suggestion }) => ({ field, options, suggestion })),
    ).toEqual(expected.questions as never);
    expect(format).toEqual(expected.format as never);
  });

  test("says what its rows say, and nothing before it is known", async () => {
    const { bytes, expected } = await load();
    const unasked = await readBankFile(bytes, expected.account);
    expect(unasked.readings === null).toBe(expected.questions.length > 0);
    const { readings } = await readBankFile(bytes, expected.account, expected.answers);
    expect(readings).toEqual(expected.readings as never);
  });

  test("is the same in pieces of any size", async () => {
    const { bytes, expected } = await load();
    const whole = await readBankFile(bytes, expected.account, expected.answers);
    for (const size of [1, 2, 3, 7, 64])
      expect(await readBankFile(bytes, expected.account, expected.answers, size)).toEqual(whole);
  });
});
