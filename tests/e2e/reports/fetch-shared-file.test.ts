import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { fetchShared, guessedToken, sharer } from "../../support/report-shares.ts";
import { openReportsApp } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

const password = "quiet harbour 1923";
let api: TestApp;
let owner: Awaited<ReturnType<typeof sharer>>;
beforeAll(async () => {
  api = await openReportsApp();
  owner = await sharer(api, {}, ["pdf", "xlsx", "csv"]);
});
afterAll(() => api.close());

const fetched = async (body: object) => {
  const response = await fetch(`${api.url}/v1/shared-reports/files`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
};

describe("200", () => {
  test("each file byte for byte as its owner gets it, under its name", async () => {
    const { token } = await owner.share();
    for (const { format, fileName, sha256 } of owner.report.files) {
      const { response, bytes } = await fetched({ token, format });
      expect([format, response.status]).toEqual([format, 200]);
      expect(new Bun.CryptoHasher("sha256").update(bytes).digest("hex")).toBe(sha256 ?? "");
      expect(response.headers.get("content-disposition")).toBe(
        `attachment; filename="${fileName}"`,
      );
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("is shown to the owner with its format", async () => {
    const share = await owner.share({ password });
    expect((await fetched({ token: share.token, password, format: "xlsx" })).response.status).toBe(
      200,
    );
    expect((await owner.openings(share)).map(({ what }) => what)).toEqual(["file:xlsx"]);
  });
});

describe("403", () => {
  test("without the password, and with a wrong one", async () => {
    const { token } = await owner.share({ password });
    expectProblem(
      await fetchShared(api, { token, format: "csv" }),
      403,
      "reports.share_password_required",
    );
    expectProblem(
      await fetchShared(api, { token, password: "not this one", format: "csv" }),
      403,
      "reports.share_password_wrong",
    );
  });
});

describe("404", () => {
  test("of a guessed link, and of a format that the report was not made in", async () => {
    const guessed = await fetchShared(api, { token: guessedToken, format: "csv" });
    expectProblem(guessed, 404, "reports.share_not_found");
    const share = await owner.share();
    expectProblem(
      await fetchShared(api, { ...share, format: "docx" }),
      404,
      "reports.file_not_found",
    );
    expect(await owner.openings(share)).toEqual([]);
  });
});

describe("422", () => {
  test("without a format, and with one that there is not", async () => {
    const ask = (body: object) => api.post("/v1/shared-reports/files", body);
    expectFaults(await ask({ token: guessedToken }), ["/format"]);
    expectFaults(await ask({ token: guessedToken, format: "exe" }), ["/format"]);
  });
});
