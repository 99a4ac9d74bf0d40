import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { debtPair, loggedOf, openDebtsApp, wake } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const start = "2026-09-18T12:00:00.000Z";
const clock = createTestClock(start);
let api: TestApp;
let node: TestApp;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  // Another node of the same installation.
  node = await openDebtsApp({
    ...{ clock, databases: api.databases, mailServer: api.mails.server },
    environment: { DATA_DIR: api.dataDir },
  });
});
afterAll(async () => {
  await node.close();
  await api.close();
});
/** Each test begins on this Friday, with debts of its own. */
beforeEach(async () => {
  clock.set(start);
  await api.sql`update gbs.debts set wake_at = null`;
});

/** But for the documents, which have tests of their own. */
const mailsTo = async (user: { readonly user: { readonly address: string } }) =>
  (await api.mails.to(user.user.address)).filter(
    ({ subject }) => !/document|Urkunde|Dokument/u.test(subject),
  );
const subjects = async (user: { readonly user: { readonly address: string } }) =>
  (await mailsTo(user)).map(({ subject }) => subject.replaceAll(/\s/gu, " "));
const wakeAtOf = async ({ id }: { readonly id: string }) => {
  const [row] = await api.sql<{ at: Date | null }[]>`
    select wake_at as at from gbs.debts where id = ${id}`;
  return row?.at?.toISOString() ?? null;
};

describe("an offer that nobody answers", () => {
  test("lapses after fourteen days, not a moment before, and its lender is told once", async () => {
    const { lender, borrower, offered } = await debtPair(api);
    const debt = await offered();
    clock.set("2026-10-02T11:59:59.999Z");
    await wake(api);
    expect(await loggedOf(api, debt)).toEqual(["offered", "delivered"]);
    clock.set(debt.offerExpiresAt);
    await wake(api);
    await wake(api);
    expect(await loggedOf(api, debt)).toEqual(["offered", "delivered", "expired"]);
    expect(await wakeAtOf(debt)).toBeNull();
    expect(await subjects(lender)).toEqual(["Your offer of 300.00 EUR has lapsed"]);
    expect(await subjects(borrower)).toHaveLength(1);
  });
});

describe("a due day without a payment", () => {
  test("makes a debt overdue when it ends where the terms were made", async () => {
    const { lender, active } = await debtPair(api);
    const debt = await active();
    clock.set("2026-10-01T20:59:59.999Z");
    await wake(api);
    expect((await lender.debt(debt.id)).state).toBe("active");
    clock.set("2026-10-01T21:00:00.000Z");
    await wake(api);
    expect((await lender.debt(debt.id)).state).toBe("overdue");
    expect((await loggedOf(api, debt)).at(-1)).toBe("overdue");
  });

  test("is never a default by itself, however long it lasts", async () => {
    const { lender, overdue } = await debtPair(api);
    const { id } = await overdue();
    clock.set("2036-10-01T12:00:00.000Z");
    await wake(api);
    expect(await lender.debt(id)).toMatchObject({ state: "overdue" });
    expect(await wakeAtOf({ id })).toBeNull();
  });
});

describe("reminders", () => {
  test("go to the right party at nine of his clocks, each once, with the end of the log", async () => {
    const { lender, borrower, active } = await debtPair(api);
    await api.sql`update identity.users set time_zone = 'Europe/Berlin', locale = 'de-DE'
      where id = ${borrower.user.id}`;
    const debt = await active({ plan: undefined, dueOn: "2026-10-01" });
    const days = ["24", "25", "28", "30"].map((day) => `2026-09-${day}`);
    for (const day of [...days, "2026-10-02", "2026-10-03", "2026-10-08", "2026-10-09"]) {
      // Nine in Istanbul, and an hour later in Berlin.
      for (const hour of ["05:59:59", "06:00:00", "06:59:59", "07:00:00"]) {
        clock.set(`${day}T${hour}.000Z`);
        await wake(api);
      }
    }
    const sent = await api.sql<{ due: string; stage: string; at: Date }[]>`
      select due_on::text as due, stage, sent_at as at from gbs.reminders
      where debt_id = ${debt.id} order by sent_at, stage`;
    expect(sent.map(({ stage, at }) => `${at.toISOString().slice(0, 16)} ${stage}`)).toEqual([
      "2026-09-24T07:00 before_7",
      "2026-09-28T07:00 before_3",
      "2026-09-30T07:00 before_1",
      "2026-10-02T06:00 lender_after_1",
      "2026-10-02T07:00 after_1",
      "2026-10-08T06:00 lender_after_7",
      "2026-10-08T07:00 after_7",
    ]);
    expect(await subjects(lender)).toEqual([
      "Mehmet Demir has accepted your offer",
      ...Array.from({ length: 2 }, () => "The payment of Mehmet Demir is overdue"),
    ]);
    const mails = await mailsTo(borrower);
    expect(mails).toHaveLength(6);
    expect(mails[1]?.subject).toContain("Leyla Aydın");
    const entries = await api.sql<{ seq: number; hash: string }[]>`
      select seq, hash from gbs.custody_entries where debt_id = ${debt.id} and kind = 'reminded'
        and entry like '%"to":"borrower"%' order by seq`;
    for (const [index, { seq, hash }] of entries.entries())
      expect(mails[index + 1]?.text).toContain(`${seq}:${hash}`);
  });

  test("after a long outage are the latest alone", async () => {
    const { borrower, active } = await debtPair(api);
    await active({ plan: undefined, dueOn: "2026-10-01" });
    clock.set("2026-09-30T12:00:00.000Z");
    await wake(api);
    expect(await subjects(borrower)).toHaveLength(2);
  });
});

describe("debts of many", () => {
  test("are woken once by two nodes at the same time", async () => {
    const { lender, offered } = await debtPair(api);
    const debts = [await offered(), await offered(), await offered()];
    clock.set(debts.at(-1)?.offerExpiresAt ?? "");
    await Promise.all([
      ...[api.runJob("gbs.wake"), node.runJob("gbs.wake")],
      ...[api.runJob("gbs.wake"), node.runJob("gbs.wake")],
    ]);
    for (const debt of debts)
      expect(await loggedOf(api, debt)).toEqual(["offered", "delivered", "expired"]);
    expect(await subjects(lender)).toHaveLength(3);
  });

  test("do not wait for one that cannot be looked at, which is tried again each time", async () => {
    const { lender, offered } = await debtPair(api);
    const debts = [await offered(), await offered(), await offered()];
    const [poisoned, ...others] = debts;
    clock.set(debts.at(-1)?.offerExpiresAt ?? "");
    // Its next entry is there already, under a head that the debt does not have.
    await api.sql`insert into gbs.custody_entries (debt_id, seq, at, kind, entry, hash, kid, signature)
      values (${poisoned?.id ?? ""}, 3, now(), 'offered', '{}', 'none', 'none', 'none')`;
    await expect(api.runJob("gbs.wake")).rejects.toThrow("1 debts could not be looked at");
    for (const debt of others)
      expect(await loggedOf(api, debt)).toEqual(["offered", "delivered", "expired"]);
    await expect(api.runJob("gbs.wake")).rejects.toThrow("1 debts could not be looked at");
    const [row] = await api.sql`select state from gbs.debts where id = ${poisoned?.id ?? ""}`;
    expect(row).toMatchObject({ state: "offered" });
    expect(await subjects(lender)).toHaveLength(2);
  });

  test("are left where they are when the job is to end", async () => {
    const { offered } = await debtPair(api);
    const debt = await offered();
    clock.set(debt.offerExpiresAt);
    await api.runJob("gbs.wake", {}, AbortSignal.abort());
    expect(await loggedOf(api, debt)).toEqual(["offered", "delivered"]);
  });
});
