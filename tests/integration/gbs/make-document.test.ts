import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Debt } from "#modules/gbs/contract";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { type DebtPair, debtPair, openDebtsApp, wake } from "../../support/gbs.ts";
import { pdfText } from "../../support/pdf-files.ts";
import type { TestApp } from "../../support/test-app.ts";

const storage = createFaultyStorage();
let api: TestApp;
let pair: DebtPair;
let directory: string;
beforeAll(async () => {
  api = await openDebtsApp({ storage: storage.open });
  pair = await debtPair(api);
  directory = await mkdtemp(join(tmpdir(), "fintrack-debt-documents-"));
}, 180_000);
afterAll(async () => {
  await api.close();
  await rm(directory, { recursive: true, force: true });
});

type Made = {
  readonly id: string;
  readonly kind: string;
  readonly termsVersion: number;
  readonly sha256: string;
  readonly sizeBytes: number;
};
const documentsOf = async ({ id }: Pick<Debt, "id">): Promise<readonly Made[]> =>
  (await pair.lender.get<{ items: readonly Made[] }>(`/v1/debts/${id}/documents`)).body.items;

async function textOf({ id }: Pick<Debt, "id">, document: Made): Promise<string> {
  const token = await pair.borrower.token();
  const { url } = api;
  const answer = await fetch(`${url}/v1/debts/${id}/documents/${document.id}/file`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(200);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(document.sha256);
  expect(bytes.length).toBe(document.sizeBytes);
  const path = join(directory, `${document.id}.pdf`);
  writeFileSync(path, bytes);
  return (await pdfText(path, "-layout")).replaceAll("\u00a0", " ");
}

const subjects = async (party: "lender" | "borrower", about: RegExp): Promise<string[]> =>
  (await api.mails.to(pair.as(party).user.address))
    .map(({ subject }) => subject)
    .filter((subject) => about.test(subject));
const entriesOf = async ({ id }: Pick<Debt, "id">) => {
  const rows = await api.sql<{ entry: string }[]>`
    select entry from gbs.custody_entries where debt_id = ${id} order by seq`;
  return rows.map(({ entry }) => JSON.parse(entry));
};
const objectsOf = ({ id }: Pick<Debt, "id">) =>
  storage.objects().list(`debts/${id}/`, { limit: 50 });

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** As nobody takes the day for the month. */
const writtenOut = (day: string): string => {
  const [year, month, date] = day.split("-");
  return `${Number(date)} ${months[Number(month) - 1]} ${year}`;
};

describe("an accepted debt", () => {
  test("gets one agreement, recorded in the log, of which both are told once", async () => {
    const debt = await pair.active();
    const [made, ...others] = await documentsOf(debt);
    expect(others).toEqual([]);
    expect(made).toMatchObject({ kind: "agreement", termsVersion: 1 });
    const entry = (await entriesOf(debt)).findLast(({ kind }) => kind === "document_made");
    expect(entry).toMatchObject({
      actor: { role: "clock", id: null },
      data: {
        document: "agreement",
        termsVersion: 1,
        sha256: made?.sha256,
        sizeBytes: made?.sizeBytes,
      },
    });
    expect(await subjects("lender", /^Agreement with Mehmet Demir/)).toHaveLength(1);
    expect(await subjects("borrower", /^Agreement with Leyla Aydın/)).toHaveLength(1);
    const { text } = await api.mails.newest(pair.borrower.user.address);
    const { custody } = await pair.borrower.debt(debt.id);
    expect(text).toContain(`${custody.length}:${custody.hash}`);
    expect(text).toContain(`/debts/${debt.id}/documents`);
  });

  test("has in it who, how much, the plan, both consents, and where the log ended", async () => {
    const debt = await pair.active({ description: "Şule'nin kirası" });
    const [made] = await documentsOf(debt);
    if (!made) throw new Error("no agreement was made");
    const text = await textOf(debt, made);
    const log = await entriesOf(debt);
    const hashBefore = log.find(({ kind }) => kind === "document_made").prev;
    const { lender, borrower } = pair;
    for (const said of [
      ...["Leyla Aydın", "Mehmet Demir", lender.user.address, borrower.user.address],
      ...["300.00 EUR", "three hundred euros", "Şule'nin kirası", hashBefore],
      ...debt.terms.instalments.map(({ dueOn }) => writtenOut(dueOn)),
      ...[debt.offeredAt, debt.acceptedAt ?? ""],
    ])
      expect(text).toContain(said);
  });

  test("gets another agreement of terms that both have changed", async () => {
    const debt = await pair.active();
    const amended = await pair.borrower.done(debt.id, "amendments", {
      amount: { amount: "250.00", currency: "EUR" },
      description: "Deposit, less the broken window",
      dueOn: "2027-03-01",
      reason: "As we said",
    });
    await pair.lender.done(debt.id, `amendments/${amended.openAmendment?.id}/acceptance`);
    await api.mails.run();
    const made = await documentsOf(debt);
    expect(made.map(({ kind, termsVersion }) => `${kind} ${termsVersion}`)).toEqual([
      ...["agreement 1", "agreement 2"],
    ]);
    const second = made[1];
    const text = second ? await textOf(debt, second) : "";
    for (const said of [
      ...["250.00 EUR", "less the broken window", "take the place of the earlier ones"],
      ...["Proposed by the borrower", "Accepted by the lender"],
    ])
      expect(text).toContain(said);
  });

  test("gets a receipt with all confirmed payments once it is settled", async () => {
    const debt = await pair.active();
    const today = debt.acceptedAt?.slice(0, 10);
    for (const [amount, reference] of [
      ["100.00", "SEPA first"],
      ["200.00", "the rest in cash"],
    ]) {
      const claim = { amount: { amount, currency: "EUR" }, paidOn: today, reference };
      const claimed = await pair.borrower.done(debt.id, "payments", claim);
      const payment = claimed.openPayments.at(-1);
      await pair.lender.done(debt.id, `payments/${payment?.id}/confirmation`);
    }
    await api.mails.run();
    expect((await pair.lender.debt(debt.id)).state).toBe("settled");
    const receipt = (await documentsOf(debt)).find(({ kind }) => kind === "receipt");
    const text = receipt ? await textOf(debt, receipt) : "";
    for (const said of ["Receipt for a settled debt", "SEPA first", "the rest in cash", "200.00"])
      expect(text).toContain(said);
    expect(await subjects("lender", /^Settled/)).toHaveLength(1);
    expect(await subjects("borrower", /^Settled/)).toHaveLength(1);
  });
});

describe("a document that is asked for again", () => {
  const order = (debt: Debt, kind = "agreement", termsVersion = 1) => ({
    ...{ debtId: debt.id, kind, termsVersion },
  });

  test("is there once, with one entry, one file and one message each", async () => {
    const debt = await pair.active();
    const seen = await subjects("borrower", /^Agreement/);
    for (let again = 0; again < 3; again += 1) await api.runJob("gbs.make_document", order(debt));
    expect(await documentsOf(debt)).toHaveLength(1);
    expect(await objectsOf(debt)).toHaveLength(1);
    expect((await entriesOf(debt)).filter(({ kind }) => kind === "document_made")).toHaveLength(1);
    expect(await subjects("borrower", /^Agreement/)).toEqual(seen);
  });

  test("by two at once is there once, and the file that is listed is the one that is left", async () => {
    const { id } = await pair.offered();
    await pair.borrower.done(id, "acceptance");
    const debt = await pair.lender.debt(id);
    await Promise.all([1, 2, 3].map(() => api.runJob("gbs.make_document", order(debt))));
    await api.mails.run();
    const [made, ...others] = await documentsOf(debt);
    expect(others).toEqual([]);
    expect(made && (await textOf(debt, made))).toContain("Agreement on a debt");
    expect((await entriesOf(debt)).filter(({ kind }) => kind === "document_made")).toHaveLength(1);
    await api.runJob("gbs.make_document", order(debt));
    expect(await objectsOf(debt)).toHaveLength(1);
  });

  test("what a killed run has stored is deleted by the one after it", async () => {
    const debt = await pair.active();
    async function* bytes() {
      yield new TextEncoder().encode("half a document");
    }
    await storage.objects().put(`debts/${debt.id}/agreement-1/left.pdf`, bytes());
    await api.runJob("gbs.make_document", order(debt));
    expect((await objectsOf(debt)).map(({ key }) => key)).not.toContain(
      `debts/${debt.id}/agreement-1/left.pdf`,
    );
    expect(await objectsOf(debt)).toHaveLength(1);
  });

  test("of terms that are not in force, or of a debt that goes on, is not made", async () => {
    const debt = await pair.active();
    await api.runJob("gbs.make_document", order(debt, "agreement", 2));
    await api.runJob("gbs.make_document", order(debt, "receipt"));
    await wake(api);
    expect(await documentsOf(debt)).toHaveLength(1);
  });

  test("is made as soon as the store is back, and nobody is told before", async () => {
    const { id: waiting } = await pair.offered();
    const told = (await subjects("borrower", /^Agreement/)).length;
    storage.fail("ENOSPC");
    await pair.borrower.done(waiting, "acceptance");
    expect((await api.mails.run()).length).toBeGreaterThan(0);
    expect(await documentsOf({ id: waiting })).toEqual([]);
    expect((await subjects("borrower", /^Agreement/)).length).toBe(told);
    storage.fail(null);
    await api.runJob("gbs.make_document", order(await pair.lender.debt(waiting)));
    expect(await documentsOf({ id: waiting })).toHaveLength(1);
    expect((await subjects("borrower", /^Agreement/)).length).toBe(told + 1);
  });
});
