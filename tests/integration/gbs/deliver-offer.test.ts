import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Debt } from "#modules/gbs/contract";
import { eventually } from "../../support/eventually.ts";
import {
  type DebtUser,
  debtPair,
  debtUser,
  expected,
  loggedOf,
  offerTo,
  openDebtsApp,
  putBlock,
} from "../../support/gbs.ts";
import { authorized } from "../../support/identity.ts";
import { pending, verify } from "../../support/registering.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let lender: DebtUser;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  lender = await debtUser(api, { displayName: "Leyla Aydın" });
});
afterAll(() => api.close());

let invitations = 0;
/** An address of nobody yet. */
const newAddress = () => {
  invitations += 1;
  return `invited-${invitations}@example.com`;
};
const offer = async (address: string): Promise<Debt> =>
  expected(201, await lender.offer(offerTo({ user: { address } })));
const deliver = ({ id }: Debt) => api.runJob("gbs.deliver_offer", { debtId: id });
const register = async (address: string) => {
  const { id, code } = await pending(api, address);
  const { body } = await verify(api, id, code);
  return authorized(api, body.session.accessToken);
};
const subjectsTo = (address: string) => api.mails.server.to(address).map(({ subject }) => subject);
const foundBy = async (client: { get: <T>(path: string) => Promise<{ body: T }> }) =>
  (await client.get<{ items: Debt[] }>("/v1/debts")).body.items.map(({ id }) => id);

describe("delivering an offer", () => {
  test("twice, or after it was withdrawn or has lapsed, does nothing more", async () => {
    const pair = await debtPair(api);
    const sent = await pair.offered();
    await deliver(sent);
    await api.mails.run();
    expect(await loggedOf(api, sent)).toEqual(["offered", "delivered"]);
    expect(subjectsTo(pair.borrower.user.address)).toHaveLength(1);

    const address = newAddress();
    const lapsed = await offer(address);
    clock.set(lapsed.offerExpiresAt);
    await api.mails.run();
    expect(await loggedOf(api, lapsed)).toEqual(["offered"]);
    expect(subjectsTo(address)).toEqual([]);
    clock.set(lapsed.offeredAt);
  });

  test("by two workers at once tells the borrower once", async () => {
    const { lender: mine, borrower } = await debtPair(api);
    const sent = expected(201, await mine.offer(offerTo(borrower)));
    await Promise.all([deliver(sent), deliver(sent), deliver(sent)]);
    await api.mails.run();
    expect(await loggedOf(api, sent)).toEqual(["offered", "delivered"]);
    expect(subjectsTo(borrower.user.address)).toHaveLength(1);
  });

  test("reaches nobody whom the lender has blocked himself", async () => {
    const { lender: mine, borrower } = await debtPair(api);
    await putBlock(api, mine, borrower);
    const sent = expected(201, await mine.offer(offerTo(borrower)));
    await api.mails.run();
    expect(await mine.debt(sent.id)).toMatchObject({ state: "offered", possible: ["withdraw"] });
    expect((await borrower.get(`/v1/debts/${sent.id}`)).status).toBe(404);
    await mine.done(sent.id, "withdrawal");
    await api.mails.run();
    expect(subjectsTo(borrower.user.address)).toEqual([]);
  });

  test("finds an address however it is written", async () => {
    const { lender: mine, borrower } = await debtPair(api);
    const address = borrower.user.address.replace("user-", "USER-");
    const sent = expected(201, await mine.offer(offerTo({ user: { address } })));
    await api.mails.run();
    expect((await borrower.debt(sent.id)).state).toBe("offered");
  });
});

describe("registering with the invited address", () => {
  test("finds the offers that wait, without another mail, and nothing that the lender sees", async () => {
    const address = newAddress();
    const sent = [await offer(address), await offer(address)];
    await api.mails.run();
    const before = await Promise.all(sent.map(({ id }) => lender.debt(id)));
    const newcomer = await register(address);
    const mails = subjectsTo(address).length;
    await api.mails.run();
    expect((await foundBy(newcomer)).toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    expect(await Promise.all(sent.map(({ id }) => lender.debt(id)))).toEqual(before);
    expect(subjectsTo(address)).toHaveLength(mails);
  });

  test("finds those alone that are open", async () => {
    const address = newAddress();
    const [withdrawn, open] = [await offer(address), await offer(address)];
    await api.mails.run();
    await lender.done(withdrawn.id, "withdrawal");
    const newcomer = await register(address);
    await api.mails.run();
    expect(await foundBy(newcomer)).toEqual([open.id]);
  });

  test("may then accept", async () => {
    const address = newAddress();
    const { id } = await offer(address);
    await api.mails.run();
    const newcomer = await register(address);
    await api.mails.run();
    const accepted = await newcomer.post<Debt>(`/v1/debts/${id}/acceptance`);
    expect([accepted.status, accepted.body.state]).toEqual([200, "active"]);
    expect((await lender.debt(id)).counterparty.displayName).toBe("Ali Yılmaz");
  });

  // Whatever comes first, whoever comes second sees it.
  test.each([
    ["before the offer is delivered", ["register", "bind", "deliver"]],
    ["before the offer is delivered, and is heard of only later", ["register", "deliver", "bind"]],
    ["after the offer was delivered", ["deliver", "register", "bind"]],
  ] as const)("%s, finds it, and one mail tells of it", async (_when, order) => {
    const address = newAddress();
    const sent = await offer(address);
    let newcomer: Awaited<ReturnType<typeof register>> | undefined;
    let userId = "";
    const steps = {
      async register() {
        // Mails are run for the code: that must deliver nothing meanwhile.
        await api.sql`update pgboss.job set start_after = now() + interval '1 day'
          where name in ('gbs.deliver_offer', 'gbs.bind_offers') and state < 'active'`;
        newcomer = await register(address);
        const [user] = await api.sql<{ id: string }[]>`
          select id from identity.users where address = ${address}`;
        userId = user?.id ?? "";
      },
      deliver: () => deliver(sent),
      bind: () => api.runJob("gbs.bind_offers", { userId }),
    };
    for (const step of order) await steps[step]();
    if (!newcomer) throw new Error("nobody has registered");
    expect(await foundBy(newcomer)).toEqual([sent.id]);
    expect(await loggedOf(api, sent)).toEqual(["offered", "delivered"]);
    await api.sql`delete from pgboss.job where name in ('gbs.deliver_offer', 'gbs.bind_offers')`;
    await api.mails.run();
    expect(subjectsTo(address).filter((subject) => subject.includes("Leyla Aydın"))).toHaveLength(
      1,
    );
  });

  test("between the look for an account and what comes of it", async () => {
    const address = newAddress();
    const sent = await offer(address);
    const holder = await api.sql.reserve();
    await holder`begin`;
    // An invitation is counted between both: it waits here.
    await holder`lock table platform.attempts in share mode`;
    const delivered = deliver(sent);
    await eventually("the invitation is counted", async () => {
      const waiting = await holder`select 1 from pg_locks
        where relation = 'platform.attempts'::regclass and not granted`;
      return waiting.length > 0;
    });
    const newcomer = await debtUser(api, { address });
    await api.runJob("gbs.bind_offers", { userId: newcomer.user.id });
    await holder`rollback`;
    holder.release();
    await delivered;
    expect((await newcomer.debt(sent.id)).state).toBe("offered");
    await api.mails.run();
    expect(subjectsTo(address)).toEqual(["Leyla Aydın offers you an agreement on a debt"]);
  });

  test("while the offer is on its way, at the same time", async () => {
    for (let round = 0; round < 5; round += 1) {
      const address = newAddress();
      const { id, code } = await pending(api, address);
      const sent = await offer(address);
      const [{ body }] = await Promise.all([verify(api, id, code), deliver(sent)]);
      await api.mails.run();
      const newcomer = authorized(api, body.session.accessToken);
      expect(await foundBy(newcomer)).toEqual([sent.id]);
    }
  });
});
