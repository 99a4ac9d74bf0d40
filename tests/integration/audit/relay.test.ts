import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { accounts, post, transfer } from "../../support/till.ts";

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
}, 60_000);
afterAll(() => installation.close(), 60_000);

const context = (operation = "job:test") => systemContext(operation, systemIds.next());

describe("the relay", () => {
  test("writes who changed what, from the first change on", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    expect(relay.state()).toEqual({ type: "running" });
    const { database } = installation;
    const [id, bookId] = [systemIds.next(), systemIds.next()];
    const ctx = context();
    await database.transact(ctx, async (tx) => {
      await tx.insert(accounts).values({ id, bookId, balance: "12345678901234567890.10" as never });
    });
    const update = context();
    await database.transact(update, (tx) => post(tx, id, "0.05"));
    const entries = await eventually("the entries", async () => {
      const found = await installation.entries();
      return found.length >= 4 ? found : undefined;
    });
    expect(entries.map(({ seq, kind }) => ({ seq, kind }))).toEqual([
      { seq: 1, kind: "epoch" },
      { seq: 2, kind: "change" },
      { seq: 3, kind: "change" },
      { seq: 4, kind: "change" },
    ]);
    expect(entries[1]).toMatchObject({
      table: "till.accounts",
      attribution: "attributed",
      actor: { type: "system", name: "job:test" },
      requestId: ctx.requestId,
      targets: [id],
      data: {
        op: "insert",
        key: { id },
        after: { id, book_id: bookId, balance: "12345678901234567890.10" },
        ordinal: 1,
      },
    });
    expect(entries[2]).toMatchObject({
      requestId: update.requestId,
      data: {
        op: "update",
        before: { balance: "12345678901234567890.10" },
        after: { balance: "12345678901234567890.15" },
      },
    });
    expect(entries[2]?.data["after"]).not.toHaveProperty("id");
    expect(entries[3]?.table).toBe("till.postings");
    expect(entries[3]?.data).not.toHaveProperty("after");
    await relay.close();
    expect(relay.state()).toEqual({ type: "closed" });
  }, 30_000);

  test("finds the context that follows its rows, and what is written without one", async () => {
    const relay = installation.startRelay();
    const { database, main } = installation;
    const [from, to, bookId] = [systemIds.next(), systemIds.next(), systemIds.next()];
    await database.transact(context(), async (tx) => {
      await tx.insert(accounts).values([
        { id: from, bookId, balance: "10" as never },
        { id: to, bookId, balance: "0" as never },
      ]);
    });
    const ctx = context();
    await database.writeOne(ctx, transfer(bookId, from, to, "3"));
    await main`update till.accounts set balance = 99 where id = ${to}`;
    const stray = await eventually(
      "the stray write",
      async () => (await installation.entries("attribution = 'unattributed'"))[0],
    );
    expect(stray).toMatchObject({ table: "till.accounts", data: { after: { balance: "99" } } });
    const own = await installation.entries(`request_id = '${ctx.requestId}'`);
    expect(own.map(({ table }) => table).sort()).toEqual([
      ...["till.accounts", "till.accounts", "till.postings", "till.postings"],
    ]);
    expect(own.every(({ attribution }) => attribution === "attributed")).toBe(true);
    await relay.close();
  }, 30_000);
});
