import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { Glob } from "bun";
import {
  findCode,
  isCallOf,
  isMember,
  isMethodCall,
  parseSource,
  readSources,
  type SourceCode,
  ts,
} from "../support/source-code.ts";

const src = await readSources("src/**/*.ts");
const within = (pattern: RegExp) => src.filter(({ path }) => pattern.test(path));
const modules = within(/^src\/modules\//);
const amountsLiveHere = within(/^src\/(modules|platform\/(kernel|documents))\//);

const isFloatParser = (node: ts.Node) =>
  isCallOf(node, "parseFloat", "Number.parseFloat") || isMethodCall(node, "toNumber");
const isConversionToNumber = (node: ts.Node) =>
  isCallOf(node, "Number", "new Number", "parseInt", "Number.parseInt") ||
  (ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.PlusToken &&
    !ts.isNumericLiteral(node.operand));
const isAmbient = (node: ts.Node) =>
  isCallOf(
    node,
    "Date",
    "Date.now",
    "new Date",
    "performance.now",
    "Math.random",
    "crypto.randomUUID",
    "crypto.getRandomValues",
  );
const readsEnvironment = (node: ts.Node) =>
  isMember(node, "process.env", "Bun.env", "import.meta.env");
const isFloatColumn = (node: ts.Node) =>
  ts.isImportSpecifier(node) &&
  ["real", "doublePrecision"].includes((node.propertyName ?? node.name).text);

/** Elysia's own kinds of input accept "NaN", "0x1F" and 30 February; platform/http/schemas reads with the kernel. */
const isRawInput = (node: ts.Node) =>
  isCallOf(node, "t.Numeric", "t.Date", "t.BooleanString", "t.ObjectString", "t.File", "t.Files") ||
  (isCallOf(node, "t.String") && /\bformat\s*:/.test(node.getText())) ||
  (isCallOf(node, "t.Integer", "t.Number") && isOfRequest(node));
const isOfRequest = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node)
    ? /(Query|Params|Body|Headers)$/.test(node.name.getText())
    : node.parent !== undefined && isOfRequest(node.parent);

/** Whole numbers that are no amounts: why each file may turn text into a number. */
const wholeNumbers: Readonly<Record<string, string>> = {
  "src/modules/billing/commands.ts": "how many days a plan is given for",
  "src/modules/currency/gateways/catalogue-file.ts": "how many minor units a currency has",
  "src/modules/currency/gateways/published-rates.ts":
    "the exponent of a rate in scientific notation",
  "src/modules/gbs/http/tus.ts": "how many bytes an upload has, and where it goes on",
  "src/modules/gbs/storage/playback.repository.ts": "which bytes of a recording were sent",
  "src/modules/gbs/use-cases/list-custody.ts": "which entry of a log comes next",
  "src/modules/identity/domain/refresh-token.ts": "which one of its session a refresh token is",
  "src/modules/ledger/domain/budget-period.ts": "years and months of calendar days",
  "src/modules/ledger/domain/day-range.ts": "the year and month of a day",
  "src/modules/ledger/domain/import-date.ts": "days, months and years of a bank's dates",
  "src/modules/ledger/domain/import-proposal.ts": "which column of a file is meant",
  "src/modules/ledger/use-cases/find-imports.ts": "which row of a file comes next",
  "src/platform/documents/pdf/chart/scale.ts": "how high a bar is drawn",
  "src/platform/documents/pdf/fonts/embed-face.ts": "a hex digit in the name of a font's subset",
  "src/platform/kernel/ids.ts": "the moment in which an id was made",
  "src/platform/kernel/page.ts": "which item of a list comes next",
  "src/platform/kernel/time.ts": "hours, minutes and seconds of an instant",
  "src/platform/kernel/zone-day.ts": "the hour that clocks show",
};

/** Excel has no other numbers than doubles: makes them of decimals that a double keeps to the last digit, and of no others. */
const spreadsheetNumbers = "src/platform/documents/xlsx/excel-value.ts";

/** Every piece of text that could be SQL, `x` in place of what is put into it. */
function queriesIn(tree: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    if (ts.isTemplateExpression(node))
      found.push(
        [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("x"),
      );
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/**
 * Names by which a query orders and that it also gives to a text it makes: ORDER BY and DISTINCT ON take the output
 * column before the one of the table (PostgreSQL, SELECT, "ORDER BY Clause"). Windows order by the table's.
 */
function orderedByText(query: string): string[] {
  const plain = query.replace(/over\s*\([^()]*\)/gi, "");
  const named = plain.matchAll(/::text(?:\s+as\s+"?(\w+)"?)/gi);
  const unnamed = plain.matchAll(
    /(?:select|,|\bon\s*\([^)]*\))\s+(?:\w+\.)?(\w+)::text\s*(?=,|\bfrom\b)/gi,
  );
  const texts = new Set([...named, ...unnamed].map(([, name]) => name));
  const orders = plain.matchAll(/(?:order\s+by|distinct\s+on\s*\()\s*([^();`]*)/gi);
  return [...orders]
    .flatMap(([, terms = ""]) => terms.split(","))
    .map((term) => /^\s*"?(\w+)"?(?![\w.(])/.exec(term)?.[1])
    .flatMap((name) => (name !== undefined && texts.has(name) ? [name] : []));
}

describe("amounts are never floats", () => {
  test("nothing reads one as a float", () => {
    expect(findCode(src, isFloatParser)).toEqual([]);
  });

  test("no code near amounts makes numbers of text, but for the stated ones", () => {
    const files = findCode(amountsLiveHere, isConversionToNumber).map((hit) => hit.split(":")[0]);
    expect([...new Set(files)]).toEqual([...Object.keys(wholeNumbers), spreadsheetNumbers].sort());
  });

  test("no column is a float", async () => {
    expect(findCode(src, isFloatColumn)).toEqual([]);
    const found: string[] = [];
    for await (const path of new Glob("drizzle/**/*.sql").scan(".")) {
      const sql = withoutSqlComments(await Bun.file(path).text());
      if (/\b(real|double\s+precision|float[48]?|money)\b/i.test(sql)) found.push(path);
    }
    expect(found).toEqual([]);
  });
});

describe("modules get the world handed in", () => {
  test("time and chance come from clock and ids", () => {
    expect(findCode(modules, isAmbient)).toEqual([]);
  });

  test("rows get their times from the clock, not from the database", async () => {
    expect(findCode(modules, (node) => isMethodCall(node, "defaultNow"))).toEqual([]);
    const found: string[] = [];
    for await (const path of new Glob("drizzle/*/*.sql").scan(".")) {
      if (/^drizzle\/(platform|log)\//.test(path)) continue;
      const sql = withoutSqlComments(await Bun.file(path).text());
      if (/\b(now\s*\(|current_timestamp|clock_timestamp)/i.test(sql)) found.push(path);
    }
    expect(found).toEqual([]);
  });

  test("what only Bun or Node has stays in gateways", () => {
    const portable = modules.filter(({ path }) => !path.includes("/gateways/"));
    const runtime = (node: ts.Node) =>
      isMember(node, "Bun", "process") || isCallOf(node, "require");
    expect(findCode(portable, runtime)).toEqual([]);
  });
});

test("the environment is read in one place", () => {
  const elsewhere = src.filter(({ path }) => path !== "src/platform/config.ts");
  expect(findCode(elsewhere, readsEnvironment)).toEqual([]);
});

test("no query orders by the text of a column, which puts 9 behind 10", () => {
  const found = src.flatMap(({ path, tree }) =>
    queriesIn(tree).flatMap((query) => orderedByText(query).map((name) => `${path}  ${name}`)),
  );
  expect(found).toEqual([]);
});

test("requests are read by the platform's own schemas", () => {
  const schemas = within(/^src\/modules\/[^/]+\/http\//);
  expect(schemas.length).toBeGreaterThan(1);
  expect(findCode(schemas, isRawInput)).toEqual([]);
});

test("classes are errors, and nothing else", () => {
  const isOtherClass = (node: ts.Node) =>
    ts.isClassLike(node) && !/^extends \w*Error\b/.test(node.heritageClauses?.[0]?.getText() ?? "");
  expect(findCode(src, isOtherClass)).toEqual([]);
});

test("nothing is left to do later", async () => {
  const all = [
    ...src,
    ...(await readSources("{scripts,tests,bench}/**/*.ts")),
    ...(await readSources(".dependency-cruiser.mjs")),
  ];
  const left = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "HA" + "CK"].join("|")})\\b`);
  expect(all.filter(({ text }) => left.test(text)).map(({ path }) => path)).toEqual([]);
});

test("no test replaces a module for the whole process", async () => {
  const tests = await readSources("tests/**/*.ts");
  expect(findCode(tests, (node) => isCallOf(node, "mock.module"))).toEqual([]);
});

test("names say what a thing is", async () => {
  const vague = /(^|[-.])(utils?|helpers?|common|manager|base|misc|stuff)([-.]|$)/;
  const bad: string[] = [];
  for await (const path of new Glob("{src,tests,scripts,bench}/**/*.ts").scan(".")) {
    const parts = path.split("/");
    const kebab = parts.every((part) => /^[a-z0-9]+([-.][a-z0-9]+)*$/.test(part));
    if (!kebab || parts.some((part) => vague.test(part))) bad.push(path);
  }
  expect(bad).toEqual([]);
});

/** They only call others, whose errors pass through them. */
const withoutErrors = ["admin"];

test("every module has its public face", () => {
  for (const { name } of readdirSync("src/modules", { withFileTypes: true })) {
    const errors = withoutErrors.includes(name) ? [] : ["errors.ts"];
    for (const file of ["README.md", "contract.ts", "index.ts", ...errors])
      expect(`${name}/${file}: ${existsSync(`src/modules/${name}/${file}`)}`).toBe(
        `${name}/${file}: true`,
      );
  }
});

describe("the scanners themselves", () => {
  test("find an order by what was made text, and know the column of that name from it", () => {
    for (const query of [
      "select seq::text from a order by seq desc",
      "select a.seq::text as seq, b from a order by b, seq",
      'select hash, max(seq)::text as "last" from a group by 1 order by "last"',
      "select distinct on (seq) seq::text, b from a",
    ])
      expect(orderedByText(query)).toHaveLength(1);
    for (const query of [
      "select a.seq::text from a order by a.seq desc",
      "select seq from a where b = $1::text order by seq",
      "select a::text as b, row_number() over (order by seq) as seq from a order by seq",
    ])
      expect(orderedByText(query)).toEqual([]);
  });

  const code = (text: string): SourceCode[] => [parseSource("planted.ts", text)];

  test.each([
    ["parseFloat(x)", isFloatParser],
    ["Number.parseFloat(x)", isFloatParser],
    ["big(x).toNumber()", isFloatParser],
    ["Number(rate)", isConversionToNumber],
    ["+rate", isConversionToNumber],
    ["Number.parseInt(x, 10)", isConversionToNumber],
    ["Date.now()", isAmbient],
    ["new Date()", isAmbient],
    ["new Date(text)", isAmbient],
    ["Math.random()", isAmbient],
    ["process.env.PORT", readsEnvironment],
    ['process.env["PORT"]', readsEnvironment],
    ["const { PORT } = process.env", readsEnvironment],
    ["Bun.env.PORT", readsEnvironment],
    ["const q = t.Object({ n: t.Numeric() })", isRawInput],
    ['const q = t.String({ format: "date" })', isRawInput],
    ["const pageQuery = t.Object({ limit: t.Integer() })", isRawInput],
    ['import { real } from "drizzle-orm/pg-core"', isFloatColumn],
    ['import { doublePrecision as p } from "drizzle-orm/pg-core"', isFloatColumn],
  ])("see %s", (text, matches) => {
    expect(findCode(code(`${text};`), matches)).not.toEqual([]);
  });

  test("are not misled by comments, strings and names alike", () => {
    const harmless = code(`
      // Number(rate), new Date(), process.env.PORT
      const say = "parseFloat(x) and Date.now()";
      const sum = a + b, minus = -a, plus = +1;
      type Price = Number; clock.now(); dates.Date; t.Number(); real.process.env2;
      const page = t.Object({ size: t.Integer(), name: t.String({ maxLength: 5 }) });`);
    for (const matches of [
      isRawInput,
      isFloatParser,
      isConversionToNumber,
      isAmbient,
      readsEnvironment,
    ])
      expect(findCode(harmless, matches)).toEqual([]);
  });

  test("read SQL without its comments", () => {
    expect(withoutSqlComments("a real, -- real\n/* float */ b")).toBe("a real, \n b");
  });

  test("have read the house", () => {
    expect(src.length).toBeGreaterThan(150);
    expect(new Set(src.map(({ path }) => basename(path))).has("config.ts")).toBe(true);
  });
});

function withoutSqlComments(sql: string): string {
  return sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, "");
}
