import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { startTestApi } from "../../support/http-app.ts";

const api = startTestApi({ config: { limits: { readsPerMinute: 1_000_000 } } });
afterAll(() => api.stop());

type Problem = { code: string; errors?: { path: string; detail: string }[] };
async function get(path: string, url = api.url) {
  const answer = await fetch(`${url}${path}`);
  return { status: answer.status, text: await answer.text() };
}
async function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  url = api.url,
) {
  const answer = await fetch(`${url}/v1/notes`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer good", ...headers },
    body,
  });
  return { status: answer.status, text: await answer.text() };
}
const fieldsOf = (text: string) => (JSON.parse(text) as Problem).errors ?? [];

const notTaken = "Has something that this request does not take. It takes: ";
const onlyThese = `${notTaken}amount, on, limit, cursor.`;

describe("a faulty parameter", () => {
  test.each([
    ["limit=0x1F", "limit", "Must be a whole number from 1 to 200."],
    ["limit=1e1", "limit", "Must be a whole number from 1 to 200."],
    ["limit=201", "limit", "Must be a whole number from 1 to 200."],
    ["limit=", "limit", "Must be a whole number from 1 to 200."],
    ["limit=99999999999999999999999", "limit", "Must be a whole number from 1 to 200."],
    ["limit=1&limit=2", "limit", "May be given only once."],
    ["limit=1&l%69mit=1", "limit", "May be given only once."],
    ["limit[]=1", "(a parameter)", onlyThese],
    ["x=1&x=2", "(a parameter)", "May be given only once."],
    ["amount=NaN", "amount", 'Must be a decimal like "12.34", as text.'],
    ["amount=Infinity", "amount", 'Must be a decimal like "12.34", as text.'],
    ["amount=1e3", "amount", 'Must be a decimal like "12.34", as text.'],
    ["amount=%00", "amount", 'Must be a decimal like "12.34", as text.'],
    ["amount=%ff", "amount", 'Must be a decimal like "12.34", as text.'],
    ["amount=%zz", "amount", 'Must be a decimal like "12.34", as text.'],
    [`amount=${"9".repeat(500)}`, "amount", 'Must be a decimal like "12.34", as text.'],
    ["on=2026-02-30", "on", 'Must be a calendar date like "2026-11-22".'],
    ["on=2026-11-22T00:00:00Z", "on", 'Must be a calendar date like "2026-11-22".'],
    ["cursor=%ED%A0%80", "cursor", "Must be a cursor as an answer gave it."],
    ["nonsense=1", "(a parameter)", onlyThese],
    ["nonsense=1&more=2", "(a parameter)", onlyThese],
    ["__proto__=1", "(a parameter)", onlyThese],
  ])("%s is a 422 that names it", async (query, path, detail) => {
    const { status, text } = await get(`/v1/rates/EUR?${query}`);
    expect({ status, errors: fieldsOf(text) }).toEqual({ status: 422, errors: [{ path, detail }] });
  });

  test("in the path is a 422 that names it", async () => {
    for (const code of ["eur", "%00", "%ff", "%zz", "EUR%2f", "E", "EUREUREUREUREUR", "%C4%B0NR"]) {
      const { status, text } = await get(`/v1/rates/${code}`);
      expect([code, status, fieldsOf(text)[0]?.path]).toEqual([code, 422, "code"]);
    }
  });

  test("is refused on a route that takes none", async () => {
    const { status } = await fetch(`${api.url}/v1/notes?x=1`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer good" },
      body: '{"title":"x"}',
    });
    expect(status).toBe(422);
  });

  test("that is left out takes its default", async () => {
    expect(JSON.parse((await get("/v1/rates/EUR")).text)).toEqual({ code: "EUR", limit: 50 });
    expect(JSON.parse((await get("/v1/rates/EUR?&limit=7&")).text).limit).toBe(7);
  });
});

describe("a faulty body", () => {
  test("is a 422 that names every field, at any depth, in sentences", async () => {
    const lines = [{ amount: "1", note: "x" }, { amount: 3 }, {}];
    const { status, text } = await post(JSON.stringify({ title: "", lines, extra: 1 }));
    expect(status).toBe(422);
    expect(fieldsOf(text)).toEqual([
      { path: "/", detail: `${notTaken}title, lines.` },
      { path: "/title", detail: "Must not be empty." },
      { path: "/lines/0", detail: `${notTaken}amount.` },
      { path: "/lines/1/amount", detail: 'Must be a decimal like "12.34", as text.' },
      { path: "/lines/2/amount", detail: "Is required." },
    ]);
  });

  test("says of a text only what is wrong with it", async () => {
    for (const [title, detail] of [
      ["x".repeat(41), "Must have at most 40 characters."],
      ["a\u0000b", "Must have no control characters."],
      ["", "Must not be empty."],
      [7, "Must be text."],
    ] as const)
      expect(fieldsOf((await post(JSON.stringify({ title }))).text)).toEqual([
        { path: "/title", detail },
      ]);
  });

  test("names no field that it does not know: the name is the client's text, as any value is", async () => {
    for (const marker of ["hunter2", "AGE-SECRET-KEY-1QQQQ", "a/b~1c", "", "\u202e"]) {
      const bodies = [
        { title: "x", [marker]: 1 },
        { title: "x", lines: [{ amount: "1", [marker]: marker }] },
      ];
      for (const body of bodies) {
        const { status, text } = await post(JSON.stringify(body));
        expect(status).toBe(422);
        if (marker !== "") expect(text).not.toContain(marker);
        expect(["/", "/lines/0"]).toContain(fieldsOf(text)[0]?.path ?? "");
      }
    }
    const { text } = await get("/v1/rates/EUR?hunter2=1&hunter2=2&hunter3=1");
    expect(text).not.toContain("hunter");
  });

  test.each(["null", "[]", '"x"', "1", "true", "{}"])("%s is a 422", async (body) => {
    expect((await post(body)).status).toBe(422);
  });

  test.each([
    ["empty", ""],
    ["cut", '{"title":"x"'],
    ["no JSON", "title=x"],
    ["two members of one name", '{"title":"a","title":"b"}'],
    ["a prototype", '{"title":"a","__proto__":{"b":1}}'],
    ["nested too deep", "[".repeat(900)],
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])("%s is a 400", async (_, body) => {
    expect((await post(body)).status).toBe(400);
  });

  test("over the limit of its route is a 413, whether it tells its length or not", async () => {
    const large = JSON.stringify({ title: "x".repeat(2000) });
    expect((await post(large)).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 4; i++) controller.enqueue(new TextEncoder().encode(" ".repeat(500)));
        controller.close();
      },
    });
    const answer = await fetch(`${api.url}/v1/notes`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer good" },
      body: stream,
    });
    expect(answer.status).toBe(413);
    expect((await post(`{"title":"x"}${" ".repeat(1024 - 13)}`)).status).toBe(201);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
    "application/jsonp",
    "application/problem+json",
    "",
  ])("of type %p is a 415", async (type) => {
    expect((await post('{"title":"x"}', { "content-type": type })).status).toBe(415);
  });

  test("that is compressed is a 415", async () => {
    const body = Bun.gzipSync(Buffer.from('{"title":"x"}'));
    expect((await post(body, { "content-encoding": "gzip" })).status).toBe(415);
  });

  test.each([
    "application/json",
    "application/json;charset=UTF-8",
    'Application/JSON; charset="utf-8"',
  ])("does not come from the type %p", async (type) => {
    expect((await post('{"title":"x"}', { "content-type": type })).status).toBe(201);
  });
});

describe("whatever is sent", () => {
  const path = fc.oneof(
    fc.webPath(),
    fc.string().map((text) => `/v1/rates/${encodeURIComponentSafely(text)}`),
  );
  const pairs = fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom("amount", "limit", "on", "cursor"), fc.string()),
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.double().map(String),
        fc.constantFrom("\u0000", "🤯"),
      ),
    ),
    { maxLength: 4 },
  );

  test("in an address is never an error of ours", async () => {
    await fc.assert(
      fc.asyncProperty(path, pairs, fc.string({ maxLength: 5 }), async (path, pairs, tail) => {
        const query = pairs.map(([name, value]) =>
          [name, value].map(encodeURIComponentSafely).join("="),
        );
        const answer = await fetch(
          `${api.url}${path}?${query.join("&")}${encodeURI(tail.toWellFormed())}`,
        );
        expect(answer.status).toBeLessThan(500);
        await answer.bytes();
      }),
      { numRuns: 400 },
    );
  });

  test("as a body is never an error of ours, and a marker in it never comes back", async () => {
    const marker = "hunter2-marker";
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(marker, `\u0000${marker}`, `${marker}\ud800`, null, 1e308, -0, true, ""),
        fc.array(tie("node"), { maxLength: 6 }),
        fc.dictionary(
          fc.constantFrom("title", "lines", "amount", "__proto__", "other"),
          tie("node"),
        ),
      ),
    })).node;
    await fc.assert(
      fc.asyncProperty(value, async (value) => {
        const { status, text } = await post(JSON.stringify(value) ?? "null");
        expect(status).toBeLessThan(500);
        if (status >= 400) expect(text).not.toContain(marker);
      }),
      { numRuns: 400 },
    );
  });

  test("in a faulty request is not echoed, in production mode either", async () => {
    // Elysia decides at its import which mode it is in: a process of its own.
    const script = `import { startTestApi } from "./tests/support/http-app.ts"; console.log(startTestApi().url);`;
    const child = Bun.spawn([process.execPath, "-e", script], {
      env: { ...process.env, NODE_ENV: "production" },
      stdout: "pipe",
      stderr: "inherit",
    });
    const first = await child.stdout.getReader().read();
    const production = new TextDecoder().decode(first.value).trim();
    const secrets = ["hunter2", "1234567812345678"];
    for (const url of [api.url, production]) {
      const answers = [
        await get("/v1/rates/hunter2?amount=hunter2&limit=hunter2&on=hunter2&cursor=hunter2!", url),
        await post(JSON.stringify({ title: 1234567812345678, lines: ["hunter2"] }), {}, url),
        await post('{"title":"hunter2', {}, url),
        await post('{"title":"a"}', { "idempotency-key": "hunter2 with spaces" }, url),
        await post("{}", { "content-type": "hunter2" }, url),
      ];
      for (const { status, text } of answers) {
        expect([400, 415, 422]).toContain(status);
        for (const secret of secrets) expect(text).not.toContain(secret);
      }
    }
    child.kill();
    await child.exited;
  });
});

/** encodeURIComponent throws on a lone surrogate; here it becomes the bytes that no UTF-8 decoder takes. */
function encodeURIComponentSafely(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : "%ED%A0%80";
}
