import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { debtUser, loggedOf, openDebtsApp } from "../../support/gbs.ts";
import { nobodysId } from "../../support/gbs-admin.ts";
import {
  operatorVerbs,
  type ReviewWorld,
  reviewWorld,
  type Submitted,
  watch,
} from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: ReviewWorld;
beforeAll(async () => {
  api = await openDebtsApp();
  world = await reviewWorld(api);
});
afterAll(() => api.close());

const stateOf = async ({ debtId }: Submitted) => (await world.pair.lender.debt(debtId)).state;
const claimSeconds = 1_800;

describe("200", () => {
  test("a claim is the operator's for half an hour, and renewed by claiming again", async () => {
    const submitted = await world.submitted();
    const { status, body } = await world.first.claim(submitted.id);
    expect([status, body.claim?.isOwn]).toEqual([200, true]);
    expect(body.sentence?.words).toEqual(["anchor", "violin", "meadow", "copper"]);
    expect(await stateOf(submitted)).toBe("under_review");
    api.clock.advance(claimSeconds - 1);
    const again = await world.first.claim(submitted.id);
    expect(Date.parse(again.body.claim?.claimEndsAt ?? "")).toBe(
      Date.parse(api.clock.now()) + claimSeconds * 1000,
    );
    expect(
      (await loggedOf(api, { id: submitted.debtId })).filter((kind) => kind === "review_begun"),
    ).toHaveLength(1);
    expect((await world.other.item(submitted.id)).body.claim?.isOwn).toBe(false);
  });

  test("another takes it over once it has ended, and the playback of the first is over", async () => {
    const submitted = await world.submitted();
    await world.first.claim(submitted.id);
    api.clock.advance(claimSeconds - 100);
    const { body: started } = await world.first.play(submitted.id);
    await watch(api, started, { range: "bytes=0-9" }).then((response) => response.arrayBuffer());
    expect((await world.other.claim(submitted.id)).body.code).toBe("gbs.claimed_by_another");
    api.clock.advance(100);
    expect((await watch(api, started)).status).toBe(404);
    expect((await world.other.claim(submitted.id)).status).toBe(200);
    expect((await loggedOf(api, { id: submitted.debtId })).slice(-5)).toEqual([
      ...["review_begun", "evidence_opened", "evidence_viewed", "review_ended", "review_begun"],
    ]);
    expect((await world.first.claim(submitted.id)).body.code).toBe("gbs.claimed_by_another");
  });

  test("of several operators at once exactly one has it", async () => {
    for (let round = 0; round < 3; round += 1) {
      const submitted = await world.submitted();
      const answers = await Promise.all([
        world.first.claim(submitted.id),
        world.other.claim(submitted.id),
        world.first.claim(submitted.id),
      ]);
      const [first, other, again] = answers.map(({ status }) => status);
      expect(first).toBe(again);
      expect([first, other].toSorted()).toEqual([200, 409]);
      const kinds = await loggedOf(api, { id: submitted.debtId });
      expect(kinds.filter((kind) => kind === "review_begun")).toHaveLength(1);
    }
  });
});

describe("what has to be said", () => {
  const sentenceSeenBy = async (operator: keyof Pick<ReviewWorld, "first" | "other">, id: string) =>
    (await world[operator].item(id)).body.sentence;

  test("is shown to the operator who has the recording, while he has it, and to nobody else", async () => {
    const { id } = await world.submitted();
    expect(await sentenceSeenBy("first", id)).toBeNull();
    await world.first.claim(id);
    expect((await sentenceSeenBy("first", id))?.words).toHaveLength(4);
    expect(await sentenceSeenBy("other", id)).toBeNull();
    api.clock.advance(claimSeconds);
    expect(await sentenceSeenBy("first", id)).toBeNull();
    await world.other.claim(id);
    expect((await sentenceSeenBy("other", id))?.words).toHaveLength(4);
    expect(await sentenceSeenBy("first", id)).toBeNull();
  });

  test("is shown to nobody once it is decided, also not by the answer that decides", async () => {
    for (const decision of ["send_back", "refuse"] as const) {
      const { id } = await world.submitted();
      await world.first.claim(id);
      const decided = await world.first.decide(id, decision);
      expect([decided.status, decided.body.sentence]).toEqual([200, null]);
      expect(await sentenceSeenBy("first", id)).toBeNull();
    }
  });

  test("is shown to nobody when the debt has ended meanwhile", async () => {
    const submitted = await world.submitted();
    await world.first.claim(submitted.id);
    await api.sql`update gbs.evidence set state = 'dropped' where id = ${submitted.id}`;
    expect(await sentenceSeenBy("first", submitted.id)).toBeNull();
  });
});

describe("204", () => {
  test("a claim that is given back is anybody's again", async () => {
    const submitted = await world.submitted();
    await world.first.claim(submitted.id);
    expect((await world.other.giveBack(submitted.id)).status).toBe(409);
    expect((await world.first.giveBack(submitted.id)).status).toBe(204);
    expect(await stateOf(submitted)).toBe("evidence_submitted");
    expect((await world.first.giveBack(submitted.id)).status).toBe(409);
    expect((await world.other.claim(submitted.id)).status).toBe(200);
  });
});

describe("the job", () => {
  test("ends claims whose time is over, once, and no others", async () => {
    const [lapsing, renewed] = [await world.submitted(), await world.submitted()];
    await world.first.claim(lapsing.id);
    await world.first.play(lapsing.id);
    await world.first.claim(renewed.id);
    api.clock.advance(claimSeconds - 10);
    await world.first.claim(renewed.id);
    api.clock.advance(10);
    await api.runJob("gbs.end_claims");
    await api.runJob("gbs.end_claims");
    expect(await stateOf(lapsing)).toBe("evidence_submitted");
    expect(await stateOf(renewed)).toBe("under_review");
    expect((await loggedOf(api, { id: lapsing.debtId })).slice(-3)).toEqual([
      ...["evidence_opened", "evidence_viewed", "review_ended"],
    ]);
  });

  test("ends the claim of what waits for no decision any more", async () => {
    const submitted = await world.submitted();
    await world.first.claim(submitted.id);
    await api.sql`update gbs.evidence set state = 'dropped' where id = ${submitted.id}`;
    await api.sql`update gbs.debts set state = 'cancelled', ended_at = now() where id = ${submitted.debtId}`;
    await api.runJob("gbs.end_claims");
    expect(await stateOf(submitted)).toBe("cancelled");
    const [row] = await api.sql`
      select count(*)::int as open from gbs.reviews where evidence_id = ${submitted.id} and ended_at is null`;
    expect(row?.["open"]).toBe(0);
  });
});

describe("the queue", () => {
  test("has the oldest first, in pages, with who has what, and what the metrics say of it", async () => {
    await api.sql`update gbs.evidence set state = 'dropped' where state = 'submitted'`;
    expect(await api.metric("fintrack_gbs_review_queue_size")).toBe(0);
    expect(await api.metric("fintrack_gbs_review_queue_oldest_age_seconds")).toBe(0);
    const made: Submitted[] = [];
    for (let count = 0; count < 3; count += 1) {
      made.push(await world.submitted());
      api.clock.advance(60);
    }
    const [oldest, middle, newest] = made.map(({ id }) => id);
    await world.other.claim(middle ?? "");
    const first = await world.first.queue("?limit=2");
    expect(first.body.items.map(({ id }) => id)).toEqual([oldest ?? "", middle ?? ""]);
    expect(first.body.items.map(({ claim }) => claim?.isOwn ?? null)).toEqual([null, false]);
    const rest = await world.first.queue(`?limit=2&cursor=${first.body.nextCursor}`);
    expect(rest.body.items.map(({ id }) => id)).toEqual([newest ?? ""]);
    expect(rest.body.nextCursor).toBeNull();
    expect(await api.metric("fintrack_gbs_review_queue_size")).toBe(3);
    expect(await api.metric("fintrack_gbs_review_queue_oldest_age_seconds")).toBe(180);
  });
});

describe("a party of the debt", () => {
  test.each(["lender_id", "borrower_id"])(
    "who is an operator (%p) neither sees it nor does anything about it",
    async (column) => {
      const { id, debtId } = await world.submitted();
      const party = await debtUser(api, { roles: ["operator"] });
      const verbs = operatorVerbs(party);
      await api.sql`update gbs.debts set ${api.sql(column)} = ${party.user.id} where id = ${debtId}`;
      expect((await verbs.queue("?limit=100")).body.items.map((item) => item.id)).not.toContain(id);
      expect((await verbs.item(id)).status).toBe(404);
      for (const act of [verbs.claim, verbs.giveBack, verbs.play])
        expect((await act(id)).body).toMatchObject({
          ...{ code: "gbs.own_debt", title: "Others decide about one's own debts" },
        });
      expect((await verbs.decide(id, "refuse")).body.code).toBe("gbs.own_debt");
      expect((await world.first.item(id)).status).toBe(200);
    },
  );
});

describe("every verb", () => {
  test("is 404 for what is not there, 403 for whoever is no operator, 401 for nobody", async () => {
    const { id } = await world.submitted();
    const everybody = [world.pair.lender, world.pair.borrower, world.pair.stranger];
    for (const act of ["queue", "item", "claim", "giveBack", "play"] as const) {
      if (act !== "queue") expect((await world.first[act](nobodysId)).status).toBe(404);
      for (const who of everybody)
        expect((await operatorVerbs(who)[act](act === "queue" ? "" : id)).status).toBe(403);
    }
    expect((await api.get("/v1/admin/evidence")).status).toBe(401);
    expect((await api.get(`/v1/admin/evidence/${id}`)).status).toBe(401);
  });

  test("is told from what state the recording is in", async () => {
    const { id, debtId } = await world.submitted();
    for (const state of ["approved", "sent_back", "refused", "dropped"]) {
      await api.sql`update gbs.evidence set state = ${state} where id = ${id}`;
      expect((await world.first.claim(id)).body.code).toBe("gbs.not_possible_now");
      expect((await world.first.giveBack(id)).body).toMatchObject({ code: "gbs.not_possible_now" });
      expect((await world.first.play(id)).body.code).toBe("gbs.not_claimed");
      expect((await world.first.decide(id, "refuse")).body.code).toBe("gbs.not_possible_now");
    }
    await api.sql`update gbs.evidence set state = 'submitted' where id = ${id}`;
    for (const state of ["accepted", "sent_back", "active", "cancelled"]) {
      await api.sql`update gbs.debts set state = ${state} where id = ${debtId}`;
      expect((await world.first.claim(id)).body.code).toBe("gbs.not_possible_now");
    }
  });
});
