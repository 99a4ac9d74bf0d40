import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { getRollbackPlans } from "pg-boss";
import postgres from "postgres";
import { postgresJsOptions } from "#platform/db/connection";
import {
  type JobInstallation,
  job,
  openJobInstallation,
  registryOf,
} from "../../support/job-installation.ts";
import { runJobs } from "../../support/run-jobs.ts";

let installation: JobInstallation;
beforeAll(async () => {
  installation = await openJobInstallation();
});
afterAll(() => installation.close());

const queue = async (name: string) => {
  const [row] = await installation.sql`
    select policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, dead_letter, partition
    from pgboss.queue where name = ${name}`;
  return row;
};

describe("migrateJobs", () => {
  test("gives every queue its job's settings and a dead letter queue, and follows changes", async () => {
    const before = registryOf({ jobs: [job("migrate.one", { retryLimit: 2, expireSeconds: 10 })] });
    await installation.migrate(before);
    await installation.migrate(before);
    expect(await queue("migrate.one")).toEqual({
      policy: "standard",
      retry_limit: 2,
      retry_delay: 1,
      retry_backoff: true,
      retry_delay_max: 3600,
      expire_seconds: 40,
      dead_letter: "migrate.one.dead",
      partition: false,
    });
    expect(await queue("migrate.one.dead")).toMatchObject({ dead_letter: null, partition: false });
    const after = registryOf({
      jobs: [job("migrate.one", { retryLimit: 0, retryDelaySeconds: 0, maxRetryDelaySeconds: 60 })],
    });
    await installation.migrate(after);
    expect(await queue("migrate.one")).toMatchObject({
      retry_limit: 0,
      retry_delay: 0,
      retry_delay_max: 60,
      expire_seconds: 60,
    });
  });

  test("a queue that becomes a singleton keeps its waiting jobs, under the new policy", async () => {
    const standard = registryOf({ jobs: [job("migrate.policy")] });
    const sender = await installation.startProcess(standard, { role: "api" });
    await sender.sendNow("migrate.policy", {});
    await installation.migrate(
      registryOf({ jobs: [job("migrate.policy", { policy: "singleton" })] }),
    );
    expect((await queue("migrate.policy"))?.["policy"]).toBe("singleton");
    const [waiting] =
      await installation.sql`select policy from pgboss.job where name = 'migrate.policy'`;
    expect(waiting?.["policy"]).toBe("singleton");
  });

  test("a queue that becomes confidential loses its dead letters, also for the jobs that wait in it", async () => {
    const sender = await installation.startProcess(
      registryOf({ jobs: [job("migrate.open"), job("migrate.other")] }),
      { role: "api" },
    );
    await sender.sendNow("migrate.open", {});
    await sender.sendNow("migrate.other", {});
    const secretive = job("migrate.open", { confidential: true, onRestore: "drop" });
    await installation.migrate(registryOf({ jobs: [secretive, job("migrate.other")] }));
    expect((await queue("migrate.open"))?.["dead_letter"]).toBeNull();
    const waiting = await installation.sql`
      select name, dead_letter, deletion_seconds < 60 as soon from pgboss.job
      where name in ('migrate.open', 'migrate.other') order by name`;
    expect([...waiting]).toEqual([
      { name: "migrate.open", dead_letter: null, soon: true },
      { name: "migrate.other", dead_letter: "migrate.other.dead", soon: false },
    ]);
  });

  test("upgrades an older job schema, index builds included, and keeps the jobs", async () => {
    const registry = registryOf({ jobs: [job("migrate.upgrade")] });
    const sender = await installation.startProcess(registry, { role: "api" });
    await sender.sendNow("migrate.upgrade", { kept: true });
    for (const version of [43, 42])
      await installation.sql.unsafe(getRollbackPlans("pgboss", version));
    await expect(installation.startProcess(registry, { role: "api" })).resolves.toBeDefined();
    const [row] = await installation.sql`select version from pgboss.version`;
    expect(row?.["version"]).toBe(43);
    const ran = await runJobs({ connection: installation.app, registry });
    expect(ran.map(({ payload }) => payload)).toEqual([{ kept: true }]);
  });

  test("refuses a job schema that is newer than this release, and one that lost an index", async () => {
    const registry = registryOf({ jobs: [job("migrate.refused")] });
    await installation.sql`update pgboss.version set version = 99`;
    await expect(installation.migrate(registry)).rejects.toThrow(
      "version 99; this release knows 43",
    );
    await installation.sql`update pgboss.version set version = 43`;
    await installation.sql.unsafe("drop index pgboss.job_common_i2");
    await expect(installation.migrate(registry)).rejects.toThrow("lacks job_common_i2");
    await installation.sql.unsafe(
      "create unique index job_common_i2 on pgboss.job_common (name, coalesce(singleton_key, '')) where state = 'active' and policy = 'singleton'",
    );
    await installation.migrate(registry);
  });

  test("the application's role owns nothing there and may change no structure", async () => {
    const app = postgres({ ...postgresJsOptions(installation.app), max: 1 });
    try {
      for (const statement of [
        "create table pgboss.mine (id int)",
        "drop table pgboss.schedule",
        "alter table pgboss.job add column x int",
        "truncate pgboss.job_common",
        `select pgboss.create_queue('big', '{"policy": "standard", "partition": "true"}')`,
      ])
        await expect(app.unsafe(statement).execute()).rejects.toThrow(
          /permission denied|must be owner/,
        );
      const [owned] = await app`
        select count(*)::int as n from pg_class where relowner = current_user::regrole`;
      expect(owned?.["n"]).toBe(0);
    } finally {
      await app.end();
    }
  });
});
