import { describe } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareDecimals, parseDecimal } from "#platform/kernel/decimal";

const program = Bun.which("hledger");

/** A `describe` that needs hledger: skipped where it is not installed, but never in CI. */
export function describeWithHledger(name: string, tests: () => void): void {
  if (program === null && process.env["CI"])
    throw new Error("hledger is missing: apt-get install hledger");
  if (program === null) console.warn(`skipped, for there is no hledger here: ${name}`);
  describe.skipIf(program === null)(name, tests);
}

/** What hledger prints; throws with its complaint when it has one. */
async function hledger(files: Readonly<Record<string, string>>, args: readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), "fintrack-hledger-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
    const run = Bun.spawn([program ?? "hledger", ...args], {
      ...{ cwd: dir, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
      env: { PATH: process.env["PATH"] ?? "", HOME: dir, LC_ALL: "C.UTF-8" },
    });
    const [output, complaint, code] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    if (code !== 0) throw new Error(`hledger ${args.join(" ")}: ${complaint}`);
    return output;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** "account currency" -> sum. Accounts without any are left out, and sums of zero. */
export type Sums = ReadonlyMap<string, string>;

const balanceOptions = "balance --flat --no-total --layout=bare --output-format=csv".split(" ");

/** Throws unless the journal is valid in every way that hledger can check of one file in the order of its days. */
export async function checkJournal(journal: string): Promise<void> {
  const files = { "ledger.journal": journal };
  await hledger(files, ["-f", "ledger.journal", "check", "--strict", "ordereddates"]);
}

export async function journalSums(journal: string): Promise<Sums> {
  return readSums(
    await hledger({ "ledger.journal": journal }, ["-f", "ledger.journal", ...balanceOptions]),
  );
}

export type JournalTransaction = {
  readonly tdescription: string;
  readonly tcode: string;
  readonly tstatus: string;
  readonly ttags: readonly (readonly [name: string, value: string])[];
};

/** As hledger understands them, in the order of the journal. */
export async function journalTransactions(journal: string): Promise<JournalTransaction[]> {
  const args = ["-f", "ledger.journal", "print", "--output-format=json"];
  return JSON.parse(await hledger({ "ledger.journal": journal }, args));
}

/** By the column `account_id`, as an import with these rules books a file. */
export async function csvSums(
  csv: string,
  dialect: { readonly separator: string; readonly decimalMark: string },
): Promise<Sums> {
  const columns = csv.replace("\uFEFF", "").split("\r\n", 1).join().split(dialect.separator);
  const rules = [
    `separator ${dialect.separator}`,
    `decimal-mark ${dialect.decimalMark}`,
    "skip 1",
    "date-format %Y-%m-%d",
    `fields ${columns.map((column) => (column === "date" ? column : `c_${column}`)).join(",")}`,
    "description %c_payee",
    'amount1 %c_amount "%c_currency"',
    "account1 %c_account_id",
    "account2 elsewhere",
  ].join("\n");
  const files = { "x.csv": csv, "x.rules": rules };
  const sums = await hledger(files, [
    ...["-f", "x.csv", "--rules-file", "x.rules"],
    ...balanceOptions,
    "not:elsewhere",
  ]);
  // It writes sums as it found the amounts.
  return readSums(sums, dialect.decimalMark);
}

const cell = /"((?:[^"]|"")*)"/g;

function readSums(csv: string, decimalMark = "."): Sums {
  const rows = csv
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => Array.from(line.matchAll(cell), ([, text = ""]) => text.replaceAll('""', '"')));
  return new Map(
    rows
      .map(([account, currency, sum = ""]) => [account, currency, sum.replace(decimalMark, ".")])
      .filter(([, , sum]) => Number(sum) !== 0)
      .map(([account, currency, sum = ""]) => [`${account} ${currency}`, sum]),
  );
}

/** Whether both have the same sums, whatever the number of zeros behind the point. */
export function differencesOf(expected: Sums, found: Sums): string[] {
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((key) => {
    const [left, right] = [expected.get(key) ?? "0", found.get(key) ?? "0"];
    return compareDecimals(parseDecimal(left), parseDecimal(right)) === 0
      ? []
      : [`${key}: ${left} is not ${right}`];
  });
}
