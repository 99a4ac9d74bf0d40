import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { Debt } from "#modules/gbs/contract";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { type DebtPair, type DebtUser, debtPair, openDebtsApp } from "../../support/gbs.ts";
import type { TestApp } from "../../support/test-app.ts";

const storage = createFaultyStorage();
let api: TestApp;
let pair: DebtPair;
let debt: Debt;
let document: { readonly id: string; readonly sha256: string; readonly sizeBytes: number };
beforeAll(async () => {
  api = await openDebtsApp({ storage: storage.open });
  pair = await debtPair(api);
  debt = await pair.active();
  document = await documentOf(debt);
}, 180_000);
afterAll(() => api.close());

async function documentOf({ id }: Debt): Promise<typeof document> {
  const { body } = await pair.lender.get<{ items: readonly (typeof document)[] }>(
    `/v1/debts/${id}/documents`,
  );
  const [first] = body.items;
  if (!first) throw new Error("the debt has no document");
  return first;
}
async function fetched(user: DebtUser, debtId = debt.id, documentId = document.id) {
  const headers = { authorization: `Bearer ${await user.token()}` };
  const url = `${api.url}/v1/debts/${debtId}/documents/${documentId}/file`;
  const answer = await fetch(url, { headers });
  return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
}
const codeOf = ({ bytes }: { readonly bytes: Uint8Array }): string =>
  JSON.parse(new TextDecoder().decode(bytes)).code;

describe("200", () => {
  test("to both parties, the same bytes, which are those that the log has", async () => {
    for (const party of ["lender", "borrower"] as const) {
      const { answer, bytes } = await fetched(pair.as(party));
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/pdf");
      expect(answer.headers.get("content-disposition")).toContain(`agreement-${debt.id}-1.pdf`);
      expect(answer.headers.get("cache-control")).toContain("no-store");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(bytes.length).toBe(document.sizeBytes);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(document.sha256);
    }
  });
});

describe("401", () => {
  test("without a token", async () => {
    const path = `/v1/debts/${debt.id}/documents/${document.id}/file`;
    expect((await api.get(path)).status).toBe(401);
  });
});

describe("404", () => {
  test("to everybody else", async () => {
    const found = await fetched(pair.stranger);
    expect([found.answer.status, codeOf(found)]).toEqual([404, "gbs.debt_not_found"]);
  });

  test("for a document of another debt, also one's own", async () => {
    const other = await pair.active();
    const found = await fetched(pair.lender, other.id, document.id);
    expect([found.answer.status, codeOf(found)]).toEqual([404, "gbs.document_not_found"]);
  });
});

describe("422", () => {
  test("for what is no id", async () => {
    const found = await fetched(pair.lender, debt.id, "agreement");
    expect(found.answer.status).toBe(422);
  });
});

describe("503", () => {
  test("when the file is not in the store", async () => {
    const other = await pair.active();
    const keys = (await storage.keys()).filter((key) => key.includes(other.id));
    await storage.objects().delete(keys);
    const found = await fetched(pair.lender, other.id, (await documentOf(other)).id);
    expect([found.answer.status, codeOf(found)]).toEqual([503, "gbs.file_unavailable"]);
  });
});
