import { expect, test } from "bun:test";
import { prettyLine } from "#platform/observability/pretty-lines";
import { recordLog } from "../../support/log-lines.ts";

test("lines below the level are not written, and their fields not looked at", () => {
  const log = recordLog("warn");
  const untouched = {
    get field(): never {
      throw new Error("was read");
    },
  };
  log.logger.debug(untouched, "no");
  log.logger.info(untouched, "no");
  log.logger.warn({}, "yes");
  log.logger.child({ module: "currency" }).error({}, "yes");
  expect(log.lines().map(({ level }) => level)).toEqual(["warn", "error"]);
});

test("a child adds its fields to each line", () => {
  const log = recordLog();
  const child = log.logger.child({ module: "currency" }).child({ provider: "ecb" });
  child.info({ stored: 3 }, "refreshed");
  log.logger.info({}, "without");
  expect(log.lines()).toMatchObject([
    { module: "currency", provider: "ecb", stored: 3, msg: "refreshed" },
    { msg: "without" },
  ]);
  expect(log.lines()[1]).not.toHaveProperty("module");
});

test("a repeated line is the ordinary line, secrets taken out, and silent below its level", () => {
  const log = recordLog();
  const child = log.logger.child({ module: "http", password: "marker" });
  const id = "01a20390-9fa6-7026-a78d-e0b426a81b69";
  child.info({ route: "/v1/x", ms: 1.25, requestId: id }, 'a "request"');
  child.repeated({ route: "/v1/x" }, 'a "request"')(1.25, id);
  const [ordinary, repeated] = log.lines().map(({ time: _, ...line }) => line);
  expect(repeated).toEqual(ordinary as never);
  expect(JSON.stringify(repeated)).not.toContain("marker");
  child.info({ route: "/v1/x", ms: 1, requestId: id, actorId: id }, "request");
  child.repeated({ route: "/v1/x" }, "request")(1, id, id);
  const [, , ordinaryOfActor, ofActor] = log.lines().map(({ time: _, ...line }) => line);
  expect(ofActor).toEqual(ordinaryOfActor as never);
  const quiet = recordLog("warn");
  quiet.logger.repeated({}, "request")(1, id);
  expect(quiet.lines()).toEqual([]);
});

test("a text cannot forge a second line", () => {
  const log = recordLog();
  log.logger.info({ name: 'a\n{"level":"error"}' }, 'b\n{"level":"error"}\u2028');
  expect(log.text().trim().split("\n")).toHaveLength(1);
});

test("for people a line is time, level, sentence, fields and the causes below", () => {
  const log = recordLog();
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  log.logger.error(
    { provider: "ecb", tries: 2, err: new TypeError("down", { cause }) },
    "poll failed",
  );
  const text = Bun.stripANSI(prettyLine(log.text()));
  expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} ERROR poll failed {2}provider=ecb {2}tries=2\n/);
  expect(text).toContain("  TypeError: down\n");
  expect(text).toContain("logger.test.ts");
  expect(text).toContain("    Error: refused (ECONNREFUSED)\n");
});

test("for people control characters of a value do not reach the terminal", () => {
  const log = recordLog();
  log.logger.info({ name: "\u001b[2J\u0007x" }, "\u001b]0;title\u0007y");
  const text = prettyLine(log.text()).replaceAll("\u001b[36m", "").replaceAll("\u001b[0m", "");
  const controls = [...text.trimEnd()].filter(
    (char) => char < " " || (char >= "\u007f" && char <= "\u009f"),
  );
  expect(controls).toEqual([]);
});
