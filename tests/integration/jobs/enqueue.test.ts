import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { maxPayloadChars } from "#platform/jobs/enqueue";
import {
  type JobInstallation,
  type JobProcess,
  job,
  openJobInstallation,
  registryOf,
  testContext,
} from "../../support/job-installation.ts";
import { runJobs } from "../../support/run-jobs.ts";

type SampleEvents = {
  "sample.thing_made.v1": { id: string };
  "sample.thing_lost.v1": { id: string };
};
const events = ["sample.thing_made.v1", "sample.thing_lost.v1"] as const;

let installation: JobInstallation;
let process: JobProcess;
const subscription = (name: string) => ({
  event: "sample.thing_made.v1",
  name,
  run: async () => {},
});
const registry = registryOf(
  {
    jobs: [job("sample.plain"), job("sample.single", { policy: "singleton" })],
    subscriptions: [subscription("other.hear_thing"), subscription("third.hear_thing")],
  },
  events,
);

beforeAll(async () => {
  installation = await openJobInstallation();
  process = await installation.startProcess(registry, { role: "api" });
});
afterAll(() => installation.close());

const drain = (delayed = false) =>
  runJobs({ connection: installation.app, registry, delayed }).then((ran) =>
    ran.map(({ name, payload }) => [name, payload]),
  );

describe("enqueue", () => {
  test("a job enqueued in a transaction runs after the commit with its payload", async () => {
    await installation.db.transact(testContext, async (tx) => {
      await process.jobs.enqueue(tx, "sample.plain", { id: "a", deep: { list: [1, "é", null] } });
      expect(await drain()).toEqual([]);
    });
    expect(await drain()).toEqual([["sample.plain", { id: "a", deep: { list: [1, "é", null] } }]]);
  });

  test("a rollback takes the job and the event back", async () => {
    const work = installation.db.transact(testContext, async (tx) => {
      await process.jobs.enqueue(tx, "sample.plain", { id: "gone" });
      await process
        .events<SampleEvents>(events)
        .publish(tx, "sample.thing_made.v1", { id: "gone" });
      throw new Error("on purpose");
    });
    await expect(work).rejects.toThrow("on purpose");
    expect(await drain(true)).toEqual([]);
  });

  test("a delayed job waits, and runs when delayed jobs are asked for", async () => {
    await installation.db.transact(testContext, (tx) =>
      process.jobs.enqueue(tx, "sample.plain", { id: "later" }, { startAfterSeconds: 3600 }),
    );
    expect(await drain()).toEqual([]);
    expect(await drain(true)).toEqual([["sample.plain", { id: "later" }]]);
  });

  test("an unknown job, a payload that is not plain data and one that is too long are refused", async () => {
    const enqueue = (name: string, payload: object) =>
      installation.db.transact(testContext, (tx) => process.jobs.enqueue(tx, name, payload));
    await expect(enqueue("sample.unknown", {})).rejects.toThrow("no job is named sample.unknown");
    await expect(enqueue("sample.plain", { at: new Date(0) })).rejects.toThrow(
      "payload of sample.plain.at",
    );
    const long = { text: "x".repeat(maxPayloadChars) };
    await expect(enqueue("sample.plain", long)).rejects.toThrow("at most");
    expect(await drain(true)).toEqual([]);
  });

  test("a queue that was never migrated takes no job", async () => {
    const foreign = registryOf({ jobs: [job("sample.missing")] });
    const sending = installation.startProcess.bind(installation);
    const other = await sending(registryOf({ jobs: [] }), { role: "api", registry: foreign });
    await expect(other.sendNow("sample.missing", {})).rejects.toThrow("sample.missing");
  });

  test("while a job with the same key waits, a second one is not added; other keys and no key are", async () => {
    const enqueue = (id: number, singletonKey?: string) =>
      installation.db.transact(testContext, (tx) =>
        process.jobs.enqueue(
          tx,
          "sample.single",
          { id },
          singletonKey === undefined ? {} : { singletonKey },
        ),
      );
    await enqueue(1, "k");
    await enqueue(2, "k");
    await enqueue(3, "other");
    await enqueue(4);
    await enqueue(5);
    const ids = (await drain()).map(([, payload]) => payload);
    expect(ids).toEqual([{ id: 1 }, { id: 3 }, { id: 4 }, { id: 5 }]);
    await enqueue(6, "k");
    expect(await drain()).toEqual([["sample.single", { id: 6 }]]);
  });
});

describe("sendNow", () => {
  test("of many processes that send with one key at once, one does", async () => {
    const second = await installation.startProcess(registry, { role: "api" });
    const senders = [process, second];
    // Several rounds: the first one mostly opens connections.
    for (let round = 0; round < 6; round += 1)
      await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          senders[i % 2]?.sendNow("sample.plain", { round }, { singletonKey: `start-${round}` }),
        ),
      );
    expect(await drain()).toHaveLength(6);
  });

  test("it counts a running job of the key, too", async () => {
    await process.sendNow("sample.plain", { n: 1 }, { singletonKey: "busy" });
    await installation.sql`update pgboss.job set state = 'active', started_on = now() where group_id = 'busy'`;
    await process.sendNow("sample.plain", { n: 2 }, { singletonKey: "busy" });
    expect(await installation.sql`select 1 from pgboss.job where group_id = 'busy'`).toHaveLength(
      1,
    );
    await installation.sql`delete from pgboss.job where group_id = 'busy'`;
  });

  test("it refuses to run inside a transaction, which could still roll back", async () => {
    const work = installation.db.transact(testContext, () => process.sendNow("sample.plain", {}));
    await expect(work).rejects.toThrow("may roll back");
  });
});

describe("events", () => {
  test("each subscriber gets its own job", async () => {
    await installation.db.transact(testContext, (tx) =>
      process.events<SampleEvents>(events).publish(tx, "sample.thing_made.v1", { id: "made" }),
    );
    expect(await drain()).toEqual([
      ["other.hear_thing", { id: "made" }],
      ["third.hear_thing", { id: "made" }],
    ]);
  });

  test("an event that nobody hears writes nothing; an unknown one throws", async () => {
    const before = await installation.sql`select count(*) from pgboss.job`;
    await installation.db.transact(testContext, (tx) =>
      process.events<SampleEvents>(events).publish(tx, "sample.thing_lost.v1", { id: "x" }),
    );
    expect(await installation.sql`select count(*) from pgboss.job`).toEqual(before);
    const unknown = process.events<Record<string, object>>([]);
    const work = installation.db.transact(testContext, (tx) =>
      unknown.publish(tx, "sample.nothing_known.v1", {}),
    );
    await expect(work).rejects.toThrow("no event is named sample.nothing_known.v1");
  });
});
