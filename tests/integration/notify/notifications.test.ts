import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createJobRegistry } from "#platform/jobs/registry";
import { parseId } from "#platform/kernel/ids";
import type { NotifiedUser, Recipient } from "#platform/notify/notifications";
import { eventually } from "../../support/eventually.ts";
import {
  type JobInstallation,
  type JobProcess,
  openJobInstallation,
  testContext,
} from "../../support/job-installation.ts";
import { recordLog } from "../../support/log-lines.ts";
import { type MailServer, openMailServer } from "../../support/mail-server.ts";
import { type RanJob, runJobs } from "../../support/run-jobs.ts";
import { openSampleNotifications, type sampleKinds } from "../../support/sample-notifications.ts";
import { createTestClock } from "../../support/test-app.ts";

const code = "731946";
const ada = {
  userId: parseId("0198f000-0000-7000-8000-000000000001"),
  ...{ name: "Ada", address: "ada@example.org", locale: "en-GB", timeZone: "UTC", muted: [] },
} satisfies NotifiedUser;
const gone = parseId("0198f000-0000-7000-8000-00000000dead");

let installation: JobInstallation;
let sender: JobProcess;
let server: MailServer;
let sample: ReturnType<typeof openSampleNotifications>;
let users: NotifiedUser[];
const clock = createTestClock();
const { logger, text: logText } = recordLog();

beforeAll(async () => {
  installation = await openJobInstallation();
  server = await openMailServer();
  const registry = createJobRegistry();
  const late: { jobs?: JobProcess["jobs"] } = {};
  sample = openSampleNotifications({
    jobs: {
      enqueue: (...args) => {
        if (!late.jobs) throw new Error("not yet open");
        return late.jobs.enqueue(...args);
      },
    },
    ...{ clock, logger, smtpPort: server.port },
    findUsers: async (_ctx, { userIds }) => users.filter(({ userId }) => userIds.includes(userId)),
  });
  registry.register([{ jobs: sample.jobs, subscriptions: [] }]);
  sender = await installation.startProcess(registry, { role: "api" });
  late.jobs = sender.jobs;
});
afterAll(async () => {
  sample.close();
  await server.close();
  await installation.close();
});
beforeEach(() => {
  users = [ada];
});

const tell = (recipient: Recipient, kind: keyof typeof sampleKinds = "sample.code") =>
  installation.db.transact(testContext, (tx) => sample.notify(tx, kind, recipient, { code }));
const run = (): Promise<readonly RanJob[]> =>
  runJobs({ connection: installation.app, registry: sender.registry, delayed: true });
const guest = (address: string, locale = "en"): Recipient => ({ name: "Guest", address, locale });
const count = async (kind: string, outcome: string) => {
  const line = new RegExp(
    `^fintrack_mails_total\\{kind="${kind}",outcome="${outcome}"\\} (\\d+)$`,
    "m",
  ).exec(await sample.metrics.exposition());
  return Number(line?.[1] ?? 0);
};

describe("a message", () => {
  test("reaches whoever has an account, and whoever has none yet, each in their language", async () => {
    await tell({ userId: ada.userId });
    await tell(guest("konuk@example.org", "tr-TR"));
    await tell(guest("gast@example.org", "de-AT"));
    await tell(guest("guest@example.org", "ja"));
    await run();
    const subjects = ["ada", "konuk", "gast", "guest"].map((name) =>
      server.to(`${name}@example.org`).map(({ subject }) => subject),
    );
    expect(subjects).toEqual([["Your code"], ["Kodunuz"], ["Ihr Code"], ["Your code"]]);
    expect(server.to("konuk@example.org")[0]?.text).toContain(code);
    expect(await count("sample.code", "sent")).toBe(4);
  });

  test("of a transaction that is rolled back was never said", async () => {
    const failing = installation.db.transact(testContext, async (tx) => {
      await sample.notify(tx, "sample.code", guest("nobody@example.org"), { code });
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await run()).toEqual([]);
    expect(server.to("nobody@example.org")).toEqual([]);
  });

  test("waits in the database without a word of it", async () => {
    await tell(guest("sealed@example.org"));
    const tables = await installation.sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`;
    const dump: string[] = [];
    for (const { name } of tables)
      for (const row of await installation.sql.unsafe(`select t::text as line from ${name} t`))
        dump.push(row["line"]);
    const whole = dump.join("\n");
    expect(whole).toContain("sample.code");
    for (const secret of [code, "sealed@example.org", "Guest"]) expect(whole).not.toContain(secret);
    await run();
    expect(server.to("sealed@example.org")).toHaveLength(1);
  });

  test("cannot be made another, or last longer, by whoever can write job rows", async () => {
    for (const change of [{ kind: "sample.news" }, { expiresAt: "2099-01-01T00:00:00.000Z" }]) {
      await tell(guest("forged@example.org"));
      await installation.sql`update pgboss.job set data = data || ${installation.sql.json(change)}
        where name = 'notify.send' and state = 'created'`;
      const ran = (await runJobs({ connection: installation.app, registry: sender.registry })).at(
        0,
      );
      expect(String(ran?.error)).toContain("not sealed under this keyring");
      await installation.sql`delete from pgboss.job where name = 'notify.send'`;
    }
    expect(server.to("forged@example.org")).toEqual([]);
  });

  test("of an unknown kind, or one declared twice, is a mistake of ours", () => {
    expect(() => sample.notifications.declare({ "sample.code": definition })).toThrow("twice");
  });
  const definition = {
    ...{ category: null, expiresAfterSeconds: 600, data: [] },
    texts: {
      en: { subject: "a", paragraphs: [] },
      tr: { subject: "a", paragraphs: [] },
      de: { subject: "a", paragraphs: [] },
    },
  };
});

describe("a message is not sent", () => {
  test("once it has expired", async () => {
    await tell(guest("late@example.org"));
    clock.advance(600);
    await run();
    expect(server.attempts("late@example.org")).toBe(0);
    expect(await count("sample.code", "expired")).toBe(1);
  });

  test("to whoever has switched its category off, as the settings are when it is sent", async () => {
    await tell({ userId: ada.userId }, "sample.news");
    users = [{ ...ada, muted: ["plan"] }];
    const before = server.to(ada.address).length;
    await run();
    expect(server.to(ada.address)).toHaveLength(before);
    expect(await count("sample.news", "muted")).toBe(1);
    await tell({ userId: ada.userId }, "sample.code");
    await run();
    expect(server.to(ada.address)).toHaveLength(before + 1);
  });

  test("to whoever is gone", async () => {
    await tell({ userId: gone });
    await run();
    expect(await count("sample.code", "gone")).toBe(1);
  });

  test("again when the server refused it for good, and somebody notices", async () => {
    users = [{ ...ada, address: "bounced@example.org" }];
    server.refuse("bounced@example.org", 550);
    await tell({ userId: ada.userId });
    await run();
    await run();
    expect(server.attempts("bounced@example.org")).toBe(1);
    expect(await count("sample.code", "refused")).toBe(1);
    const line = logText()
      .split("\n")
      .find((each) => each.includes("refused for good"));
    expect(line).toContain(ada.userId);
    expect(line).toContain('"reply":550');
    expect(line).not.toContain("bounced");
  });
});

describe("while the mail server", () => {
  test("is down nothing is lost, and all is sent when it is back", async () => {
    await server.down();
    const addresses = Array.from({ length: 10 }, (_, index) => `patient${index}@example.org`);
    for (const address of addresses) await tell(guest(address));
    const registry = sender.registry;
    const tried = await runJobs({ connection: installation.app, registry });
    expect(tried.filter(({ error }) => error)).toHaveLength(10);
    expect(await count("sample.code", "deferred")).toBeGreaterThanOrEqual(10);
    for (const { error } of tried) expect(String(error)).not.toMatch(/patient|@example/);
    await server.up();
    await run();
    for (const address of addresses) expect(server.to(address)).toHaveLength(1);
  });

  test("puts somebody off, the message is tried again", async () => {
    server.refuse("grey@example.org", 451);
    await tell(guest("grey@example.org"));
    await runJobs({ connection: installation.app, registry: sender.registry });
    server.refuse("grey@example.org", null);
    await run();
    expect(server.to("grey@example.org")).toHaveLength(1);
    expect(server.attempts("grey@example.org")).toBe(2);
  });
});

describe("a process that is killed", () => {
  const children: Bun.Subprocess[] = [];
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
  });
  async function startChild() {
    const child = Bun.spawn([process.execPath, "tests/support/notify-child.ts"], {
      cwd: `${import.meta.dir}/../../..`,
      env: {
        ...Bun.env,
        JOB_CONNECTION: JSON.stringify(installation.app),
        SMTP_PORT: `${server.port}`,
      },
      stdout: "pipe",
      stderr: "inherit",
    });
    children.push(child);
    const { value } = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toContain("working");
    return child;
  }

  test("between the server's taking a mail and saying so loses none: it comes twice, under one Message-ID", async () => {
    // A worker that is silent for three seconds counts as dead; half a minute is the rule.
    await installation.sql`update pgboss.queue set heartbeat_seconds = 3 where name = 'notify.send'`;
    clock.set(new Date().toISOString());
    const release = server.holdAnswers();
    await tell(guest("twice@example.org"));
    const first = await startChild();
    await eventually("the mail", () => server.to("twice@example.org").length === 1);
    first.kill("SIGKILL");
    await first.exited;
    release();
    await startChild();
    await eventually("the mail again", () => server.to("twice@example.org").length === 2, 120_000);
    const ids = server.to("twice@example.org").map(({ parsed }) => parsed.messageId);
    expect(new Set(ids).size).toBe(1);
  }, 180_000);
});

test("nothing that was told stands in the log", () => {
  for (const secret of [code, "@example.org", "Guest"]) expect(logText()).not.toContain(secret);
});
