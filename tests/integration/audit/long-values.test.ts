import { afterAll, beforeAll, expect, test } from "bun:test";
import { drizzle } from "drizzle-orm/postgres-js";
import { verifyTrail } from "#platform/audit/verify";
import { systemIds } from "#platform/system";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";

const updates = 40;
const valueBytes = 5_242_880;
/** The relay's container has 1 GB for all that a worker does. */
const mostBytes = 500 * 1024 * 1024;

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
  await installation.main.unsafe(`
    create table till.notes (id uuid primary key, short text, long text);
    alter table till.notes replica identity full;
    alter publication fintrack_audit add table till.notes`);
}, 60_000);
afterAll(() => installation.close(), 30_000);

test("values that compress to nothing do not fill memory: the trail has how they begin, their length and their hash", async () => {
  const { main, log } = installation;
  const first = installation.startRelay();
  await first.settled(10_000);
  await first.close();
  const id = systemIds.next();
  const short = "é".repeat(32_768); // 65,536 bytes: kept whole
  await main`insert into till.notes values (${id}, ${short}, 'begun')`;
  // The beginning would end inside a character.
  for (let n = 0; n < updates; n += 1)
    await main`update till.notes set long = ${`${n}`.padEnd(3, "-")} || repeat('ü', ${valueBytes / 2}) where id = ${id}`;

  const before = process.memoryUsage().rss;
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const relay = installation.startRelay();
  await eventually(
    "all are in the trail",
    async () =>
      (await log`select 1 from audit.entries where targets @> ${[id]} offset ${updates}`)[0],
    60_000,
  );
  clearInterval(sampling);
  await relay.close();
  expect(most - before).toBeLessThan(mostBytes);

  const entries = await installation.entries(`targets @> array['${id}']`);
  expect(entries[0]?.data).toMatchObject({ after: { short, long: "begun" } });
  expect(entries[0]?.data["cut"]).toBeUndefined();
  const [now] = await main<{ bytes: number; sha256: string }[]>`
    select octet_length(long) as bytes, encode(sha256(convert_to(long, 'UTF8')), 'hex') as sha256
    from till.notes`;
  const data = entries.at(-1)?.data;
  expect(data?.["cut"]).toMatchObject({
    after: { long: now },
    before: { long: { bytes: now?.bytes } },
  });
  expect(data?.["after"]).toEqual({ long: `39-${"ü".repeat(510)}` });
  const [longest] = await log`select max(octet_length(content)) as bytes from audit.entries`;
  expect(longest?.["bytes"]).toBeLessThan(100_000);
  const report = await verifyTrail(drizzle(log) as never, {
    ...{ keys: null, anchors: [], anchorSource: "local" },
  });
  expect(report.fault).toBeNull();
}, 120_000);
