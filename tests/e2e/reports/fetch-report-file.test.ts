import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "#modules/reports/contract";
import { fileTypes } from "#modules/reports/http/report-schemas";
import { mediaTypes } from "#platform/documents/formats";
import { openReportsApp, type Reporter, reporter } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Reporter;
let made: Report;
beforeAll(async () => {
  api = await openReportsApp();
  user = await reporter(api, { displayName: "Ayşe Yılmaz" });
  await user.record({
    ...{ kind: "expense", date: "2026-09-03", accountId: await user.addAccount("EUR") },
    ...{ amount: { amount: "12.50", currency: "EUR" }, payee: "Kadıköy Fırını" },
  });
  made = await user.make({ formats: ["pdf", "docx", "xlsx", "xml", "md", "csv"] });
});
afterAll(() => api.close());
const codeOf = ({ bytes }: { readonly bytes: Uint8Array }) =>
  (JSON.parse(Buffer.from(bytes).toString()) as { code: string }).code;

describe("GET /v1/reports/{id}/files/{format}", () => {
  test("200: every file, as it was counted and hashed, under its name", async () => {
    expect(made.files).toHaveLength(6);
    for (const { format, fileName, sizeBytes, sha256 } of made.files) {
      const { response, bytes } = await user.file(made, `files/${format}`);
      expect([format, response.status, bytes.byteLength]).toEqual([format, 200, sizeBytes ?? -1]);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256 ?? "");
      expect(response.headers.get("content-disposition")).toBe(
        `attachment; filename="${fileName}"`,
      );
      expect(response.headers.get("content-type")).toStartWith(fileTypes[format]);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("200: types are those of what renderers make", () => {
    for (const [format, type] of Object.entries(mediaTypes))
      expect(type.split(";")[0]).toBe(fileTypes[format as keyof typeof mediaTypes]);
  });

  test("200: every file prints the fingerprint", async () => {
    for (const format of ["xml", "md", "csv"]) {
      const { bytes } = await user.file(made, `files/${format}`);
      expect(Buffer.from(bytes).toString()).toContain(made.fingerprint ?? "none");
    }
  });

  test("404: a format that was not asked for, another user's, and one that is not there", async () => {
    const other = await reporter(api);
    const absent = await user.file(made, "files/datev");
    expect([absent.response.status, codeOf(absent)]).toEqual([404, "reports.file_not_found"]);
    const foreign = await other.file(made, "files/csv");
    expect([foreign.response.status, codeOf(foreign)]).toEqual([404, "reports.report_not_found"]);
    expect((await user.file({ id: user.bookId }, "files/csv")).response.status).toBe(404);
  });

  test("409: while the report is not ready", async () => {
    const { body } = await user.request();
    const early = await user.file(body, "files/csv");
    expect([early.response.status, codeOf(early)]).toEqual([409, "reports.not_ready"]);
  });

  test("422: a format that there is not", async () => {
    for (const format of ["exe", "..%2Fmodel", "PDF"])
      expect((await user.file(made, `files/${format}`)).response.status).toBe(422);
  });

  test("503: while the file is missing", async () => {
    const lost = await user.make();
    rmSync(join(api.dataDir, "objects", "reports", lost.id), { recursive: true });
    const { response, bytes } = await user.file(lost, "files/csv");
    expect([response.status, codeOf({ bytes })]).toEqual([503, "reports.file_unavailable"]);
  });
});

describe("GET /v1/reports/{id}/model", () => {
  test("200: JSON Lines whose SHA-256 is the fingerprint", async () => {
    const { response, bytes } = await user.file(made, "model");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="2026-09_Yilmaz_EUR.jsonl"',
    );
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(made.fingerprint ?? "");
    const lines = Buffer.from(bytes).toString().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))[0]).toEqual({ format: "fintrack-document/1" });
  });

  test("404: another user's report; 409: while it is not ready", async () => {
    const other = await reporter(api);
    expect((await other.file(made, "model")).response.status).toBe(404);
    const { body } = await user.request();
    expect((await user.file(body, "model")).response.status).toBe(409);
  });
});

describe("GET /schemas/fintrack-document-1.xsd", () => {
  test("200: what XML files name as their schema, for everybody", async () => {
    const response = await fetch(`${api.url}/schemas/fintrack-document-1.xsd`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      ...[200, "application/xml; charset=utf-8"],
    ]);
    const schema = await response.text();
    expect(schema).toContain('targetNamespace="urn:fintrack:document:1"');
    const { bytes } = await user.file(made, "files/xml");
    const named = /xsi:schemaLocation="urn:fintrack:document:1 ([^"]+)"/.exec(
      Buffer.from(bytes).toString(),
    );
    expect(named?.[1]).toBe("fintrack-document-1.xsd");
  });
});
