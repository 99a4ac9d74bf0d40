import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { accounts } from "../../support/till.ts";
import { beginWriting, expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(() => installation.close(), 60_000);

const writesBetweenCuts = 50;

const context = () => systemContext("job:test", systemIds.next());

describe("no committed change is lost, doubled or out of order", () => {
  test("while random transactions run at once", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    await writeWildly(installation.database, seeded(1));
    expect(await expectComplete(installation)).toBeGreaterThan(1_000);
    await relay.close();
  }, 60_000);

  test("when connections to LogDB break again and again meanwhile", async () => {
    const relay = installation.startRelay();
    await writeWildly(installation.database, seeded(2), (count) => {
      if (count % writesBetweenCuts === 0) installation.proxy.cut();
    });
    await expectComplete(installation);
    await relay.close();
  }, 60_000);

  test("when LogDB is away for seconds, and MainDB goes on", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    installation.proxy.takeAway();
    await writeWildly(installation.database, seeded(3));
    await Bun.sleep(3_000);
    installation.proxy.restore();
    await expectComplete(installation);
    await relay.close();
  }, 60_000);

  test("when two relays compete, and the one that works is lost", async () => {
    const first = installation.startRelay();
    await eventually("the first relays", () => first.state().type === "running");
    const second = installation.startRelay();
    await eventually("the second waits", () => second.state().type === "standby");
    expect(first.state().type).toBe("running");
    const { inTheMiddle, written } = beginWriting(installation.database, seeded(4));
    await inTheMiddle;
    await first.close();
    await eventually("the second relays", () => second.state().type === "running", 30_000);
    await written;
    await expectComplete(installation);
    await second.close();
  }, 60_000);

  test("when transactions are larger than what is held in memory", async () => {
    const relay = installation.startRelay({ bounds: { maxParts: 40, maxBytes: 8_000 } });
    const { database } = installation;
    const [bookId, large] = [systemIds.next(), context()];
    await database.transact(large, async (tx) => {
      for (let n = 0; n < 5; n += 1)
        await tx.insert(accounts).values(
          Array.from({ length: 100 }, () => ({
            ...{ id: systemIds.next(), bookId, balance: "1" as never },
          })),
        );
    });
    await writeWildly(installation.database, seeded(5));
    // The context follows 300 rows here.
    const ids = Array.from({ length: 300 }, () => systemIds.next());
    const single = context();
    await database.writeOne(
      single,
      sql`made as (insert into till.accounts (id, book_id, balance)
          select id::uuid, ${bookId}::uuid, 2 from unnest(${sql.param(ids)}::text[]) as t(id) returning 1),
        result as (select count(*)::text as n from made)`,
    );
    await expectComplete(installation);
    const own = await installation.entries(`request_id = '${large.requestId}'`);
    expect(own.length).toBe(500);
    expect((await installation.entries(`request_id = '${single.requestId}'`)).length).toBe(300);
    await relay.close();
  }, 60_000);
});
