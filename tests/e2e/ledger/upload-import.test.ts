import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import {
  csvOf,
  type Imported,
  type Importer,
  importer,
  runImportJobs,
} from "../../support/imports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Importer;
let account: string;
beforeAll(async () => {
  api = await openTestApp();
  user = await importer(api);
  account = await user.addAccount("EUR");
});
afterAll(() => api.close());
const file = csvOf([["2026-03-01", "-4.50", "Bäckerei"]]);
const importsOf = async (one: Importer) =>
  (await one.get<{ items: Imported[] }>("/v1/imports")).body.items;

describe("202", () => {
  test("takes the file as it is, says how large it is, and reads it behind the answer", async () => {
    const { status, body, headers } = await user.send<Imported>(file, account);
    expect(status).toBe(202);
    expect(headers.get("etag")).toBe(`"${body.version}"`);
    expect(body).toMatchObject({
      ...{ state: "reading", accountId: account, fileName: "bank.csv", counts: null },
      sizeBytes: new TextEncoder().encode(file).byteLength,
      sha256: new Bun.CryptoHasher("sha256").update(file).digest("hex"),
    });
    await runImportJobs(api);
    expect(await user.importOf(body.id)).toMatchObject({
      ...{ state: "ready", rowsRead: 1, questions: [], failure: null },
      counts: { new: 1, duplicate: 0, faulty: 0 },
      headings: ["Date", "Amount", "Payee", "Description"],
    });
    expect(await user.balance(account as never)).toBe("0");
  });

  test("bytes are kept as they came, over the bounds of stored pieces", async () => {
    const many = csvOf(
      Array.from({ length: 9_000 }, (_, index) => [
        "2026-03-01",
        `-${index + 1}.00`,
        `Çiğköfte ${index}`,
        "Straße ".repeat(15),
      ]),
    );
    const read = await (await importer(api)).upload(many, account).catch(() => undefined);
    expect(read).toBeUndefined(); // somebody else's account
    const own = await importer(api);
    const done = await own.upload(many, await own.addAccount("EUR"));
    expect(done.counts).toEqual({ new: 9_000, duplicate: 0, faulty: 0 });
    const [row] = await own.rows(done.id, "&verdict=new");
    expect(row?.payee).toBe("Çiğköfte 0");
    expect(done.sizeBytes).toBeGreaterThan(1024 * 1024);
  });

  test("once for one Idempotency-Key, however often it is sent", async () => {
    const own = await importer(api);
    const target = await own.addAccount("EUR");
    const sent = { key: "one-intention" };
    const first = await own.send<Imported>(file, target, sent);
    const second = await own.send<Imported>(file, target, sent);
    expect([second.status, second.body]).toEqual([202, first.body]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    const twins = await Promise.all(
      [1, 2, 3].map(() => own.send<Imported>(file, target, { key: "at-once" })),
    );
    // Whoever comes while the first is still being answered may be told so.
    const answered = twins.filter(({ status }) => status === 202);
    expect(twins.map(({ status }) => status).every((one) => [202, 409].includes(one))).toBe(true);
    expect(new Set(answered.map(({ body }) => body.id)).size).toBe(1);
    expect((await importsOf(own)).map(({ state }) => state)).toEqual(["reading", "reading"]);
  });
});

describe("400", () => {
  test("an empty file leaves nothing", async () => {
    const own = await importer(api);
    const answer = await own.send<{ code: string }>("", await own.addAccount("EUR"));
    expect([answer.status, answer.body.code]).toEqual([400, "http.malformed"]);
    expect(await importsOf(own)).toEqual([]);
  });

  test("a client that goes away leaves nothing", async () => {
    const own = await importer(api);
    const target = await own.addAccount("EUR");
    const { hostname, port } = new URL(api.url);
    const socket = await Bun.connect({ hostname, port: Number(port), socket: { data() {} } });
    socket.write(
      [
        `POST /v1/imports?accountId=${target}&fileName=a.csv HTTP/1.1`,
        `Host: ${hostname}:${port}`,
        `Authorization: Bearer ${own.tokens.accessToken}`,
        "Content-Type: text/csv",
        "Content-Length: 100000",
        "\r\nDate;Amount\n",
      ].join("\r\n"),
    );
    await eventually("it is being uploaded", async () => (await importsOf(own)).length === 1);
    socket.terminate();
    await eventually("it is gone", async () => (await importsOf(own)).length === 0);
  });
});

describe("403", () => {
  test("who may only read the book", async () => {
    const viewer = await importer(api);
    await user.share(viewer, "viewer");
    const answer = await viewer.send<{ code: string }>(file, account);
    expect([answer.status, answer.body.code]).toEqual([403, "ledger.read_only"]);
  });
  test("who may write in it may import", async () => {
    const editor = await importer(api);
    await user.share(editor, "editor");
    expect((await editor.send(file, account)).status).toBe(202);
  });
});

describe("404", () => {
  test("another user's account, and one that is not there", async () => {
    const stranger = await importer(api);
    for (const id of [account, "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"]) {
      const answer = await stranger.send<{ code: string }>(file, id);
      expect([answer.status, answer.body.code]).toEqual([404, "ledger.account_not_found"]);
    }
    expect(await importsOf(stranger)).toEqual([]);
  });
});

describe("409", () => {
  test("an archived account", async () => {
    const archived = await user.addAccount("EUR");
    await user.archiveAccount(archived);
    const answer = await user.send<{ code: string }>(file, archived);
    expect([answer.status, answer.body.code]).toEqual([409, "ledger.account_archived"]);
  });

  test("more than five imports that are not done with, also when they come at once", async () => {
    const own = await importer(api);
    const target = await own.addAccount("EUR");
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => own.send<Imported & { code: string }>(file, target)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      202, 202, 202, 202, 202, 409, 409, 409,
    ]);
    const refused = answers.find(({ status }) => status === 409)?.body;
    expect(refused).toMatchObject({ code: "ledger.too_many_imports", meta: { limit: 5 } });
    const [first] = answers.filter(({ status }) => status === 202);
    const { id = "", version = 0 } = first?.body ?? {};
    await own.delete(`/v1/imports/${id}`, undefined, { "if-match": `"${version}"` });
    expect((await own.send(file, target)).status).toBe(202);
  });
});

describe("413, 415 and 422", () => {
  test("more than 50 MB, by its length or by what comes", async () => {
    const declared = await api.request(`/v1/imports?accountId=${account}&fileName=a.csv`, {
      method: "POST",
      body: new Uint8Array(50 * 1024 * 1024 + 1),
      headers: {
        authorization: `Bearer ${user.tokens.accessToken}`,
        "content-type": "text/csv",
      },
    });
    expect(declared.status).toBe(413);
  });
  test("JSON, and something compressed", async () => {
    const answer = await user.send(file, account, { type: "application/json" });
    expect(answer.status).toBe(415);
  });
  test("no account, no name, a blank name", async () => {
    for (const query of ["", `?accountId=${account}`, "?fileName=a.csv&accountId=1"])
      expect(
        (
          await api.request(`/v1/imports${query}`, {
            method: "POST",
            body: file,
            headers: {
              authorization: `Bearer ${user.tokens.accessToken}`,
              "content-type": "text/csv",
            },
          })
        ).status,
      ).toBe(422);
    expect((await user.send(file, account, { fileName: "   " })).status).toBe(422);
  });
});

describe("a file that is none", () => {
  test.each([
    ["a ZIP archive", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0])],
    ["a PDF", new TextEncoder().encode("%PDF-1.7\n%âãÏÓ")],
    ["zeros", new Uint8Array(10_000)],
    ["one line of 10 MB", new TextEncoder().encode("x".repeat(10_000_000))],
    ["a quotation mark that never closes", new TextEncoder().encode(`a;"${"b;".repeat(50_000)}`)],
    ["a single word", new TextEncoder().encode("hello")],
  ])("%s is `failed` with a reason, keeps no bytes, and can be deleted", async (_, bytes) => {
    const own = await importer(api);
    const read = await own.upload(bytes, await own.addAccount("EUR"));
    expect(read).toMatchObject({
      state: "failed",
      failure: { code: "ledger.import_unreadable", detail: expect.any(String) },
    });
    const chunks = await api.sql`select 1 from ledger.import_chunks where import_id = ${read.id}`;
    expect(chunks.length).toBe(0);
    const gone = await own.delete(`/v1/imports/${read.id}`, undefined, {
      "if-match": `"${read.version}"`,
    });
    expect(gone.status).toBe(204);
  });

  test("rows that cannot be read have a verdict each, the others are new", async () => {
    const own = await importer(api);
    const read = await own.upload(
      csvOf([
        ["2026-03-01", "-4.50"],
        ["2026-02-31", "1.00"],
        ["2026-03-02", "1e400"],
        ["2026-03-03", "12345678901234567890123456789012345678901234567890.00"],
        ["2026-03-04", "0.00"],
        ["", "1.00"],
        ["2026-03-05", ""],
        ["2026-03-06", "-1.00", "NUL\0here"],
        ["2026-03-07", "-2.00", "tab\u0001\u0085end"],
      ]),
      await own.addAccount("EUR"),
    );
    expect(read.state).toBe("ready");
    expect(read.counts).toEqual({ new: 2, duplicate: 0, faulty: 7 });
    const rows = await own.rows(read.id);
    for (const { verdict, fault, date } of rows)
      expect([typeof fault, date === null]).toEqual(
        verdict === "faulty" ? ["string", true] : ["object", false],
      );
    expect((await own.commit(read)).state).toBe("committed");
  });
});
