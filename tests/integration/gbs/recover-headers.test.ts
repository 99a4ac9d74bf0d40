import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Debt, DebtEvidence } from "#modules/gbs/contract";
import { openBackup } from "#platform/backup/open-backup";
import { restoreBackup } from "#platform/backup/restore-backup";
import { openDiskStorage } from "#platform/storage/disk-storage";
import type { Storage } from "#platform/storage/storage";
import { systemIds } from "#platform/system";
import { openBackupPlace, restoreDepsOf, takeTestBackup } from "../../support/backups.ts";
import { openEvidenceApp, sha256Of } from "../../support/evidence.ts";
import { type DebtUser, debtUserOf, expected, loggedOf, type Problem } from "../../support/gbs.ts";
import {
  type Approved,
  fetchedFile,
  handOverWorld,
  keyVerbs,
  openedByAge,
  type Revealed,
} from "../../support/hand-over.ts";
import { entriesOf, operatorVerbs } from "../../support/operators.ts";
import { blankDatabases } from "../../support/snapshot-installation.ts";
import { closeDatabases, type TestApp, type TestDatabases } from "../../support/test-app.ts";

const directory = mkdtempSync(join(tmpdir(), "ft-recover-"));
const storage: Storage = openDiskStorage({
  ...{ dataDir: directory, volatileDir: join(directory, "volatile"), ids: systemIds },
});
const environment = { KEYRING_FILE: join(directory, "keyring.json") };
const timeoutMs = 120_000;
const daySeconds = 86_400;

type Sealed = Approved & { readonly shown: Revealed };
let databases: TestDatabases;
/** After MainDB went back; the stores are as they were left. */
let api: TestApp;
let lender: DebtUser;
let operator: DebtUser;
/** All of them sealed when the backup was restored. As they were in it: */
let approved: Sealed;
let asked: Sealed;
let shownBefore: Sealed & { readonly first: Revealed };
let submitted: Sealed;
let altered: Sealed;
/** And one that was approved, and of which no key was typed back. */
let unsealed: Approved;

beforeAll(async () => {
  const place = await openBackupPlace();
  const before = await openEvidenceApp({ storage: () => storage, environment });
  const world = await handOverWorld(before);
  const made = [await world.approved(), await world.approved(), await world.approved()] as const;
  unsealed = await world.approved();
  const shown = await world.approved();
  const first = await world.reveal(shown);
  const waiting = await world.submitted();
  const { name } = await takeTestBackup(before.databases, place);

  const sealed = async (one: Approved): Promise<Sealed> => ({
    ...{ ...one, shown: await world.seal(one) },
  });
  [approved, asked, altered] = [
    await sealed(made[0]),
    await sealed(made[1]),
    await sealed(made[2]),
  ];
  shownBefore = { ...(await sealed(shown)), first };
  await world.decided(waiting.evidenceId, "approve");
  submitted = await sealed(waiting);

  databases = await blankDatabases();
  const { onRestore } = before.app;
  const restoring = restoreDepsOf(databases, { onRestore });
  await restoreBackup(restoring, place.store.open(name), null, () => {});
  await before.close();
  place.remove();
  api = await openEvidenceApp({
    ...{ databases, clock: before.clock, storage: () => storage, environment },
  });
  [lender, operator] = [world.pair.lender, world.operator].map(({ user }) =>
    debtUserOf(api, user),
  ) as [DebtUser, DebtUser];
}, timeoutMs);
afterAll(async () => {
  await api.close();
  await closeDatabases(databases);
  rmSync(directory, { recursive: true, force: true });
}, timeoutMs);

const keysOf = async ({ debt, evidenceId }: Approved): Promise<string[]> =>
  (await storage.objects.list(`evidence/${debt.id}/${evidenceId}/`, { limit: 10 })).map(
    ({ key }) => key,
  );
const headerOf = async (made: Approved): Promise<string> =>
  (await keysOf(made)).find((key) => key.includes("/header-")) ?? "";
async function bytesOf(key: string): Promise<Uint8Array> {
  const found = await storage.objects.get(key);
  return new Uint8Array(Buffer.concat(await Array.fromAsync(found?.chunks ?? [])));
}
async function put(key: string, bytes: Uint8Array): Promise<void> {
  await storage.objects.put(
    key,
    (async function* () {
      yield bytes;
    })(),
  );
}
async function item({ debt, evidenceId }: Approved) {
  const { items } = expected(200, await lender.get<DebtEvidence>(`/v1/debts/${debt.id}/evidence`));
  return items.find(({ id }) => id === evidenceId);
}
const verbs = () => keyVerbs(lender);

/** The file that the lender gets after a default, opened by the standard program. */
async function opens(made: Approved, key: string): Promise<boolean> {
  await api.sql`update gbs.debts set state = 'defaulted', defaulted_at = ${api.clock.now()}
    where id = ${made.debt.id}`;
  const answer = await fetchedFile(api, lender, `/v1/debts/${made.debt.id}/evidence/file`);
  expect(answer.status).toBe(200);
  const { opened } = await openedByAge(new Uint8Array(await answer.arrayBuffer()), {
    passphrase: key,
  });
  return opened !== null && sha256Of(opened) === sha256Of(made.video);
}

describe("a database that went back to before a recording was sealed", () => {
  test("knows of no key, and the server opens nothing any more", async () => {
    expect(await item(approved)).toMatchObject({ access: "review", sealedAt: null });
    expect(await storage.volatile.list(`evidence/${approved.evidenceId}/`, { limit: 5 })).toEqual(
      [],
    );
    const answer = await verbs().acknowledge(approved.debt.id, approved.shown.key);
    expect(answer.status).toBe(409);
    expect((answer.body as unknown as Problem).code).toBe("gbs.no_key_yet");
  });

  test("has the recording of a lender who asks for another key sealed again, and tells him so", async () => {
    const answer = await verbs().reveal(asked.debt.id);
    expect(answer.status).toBe(409);
    expect(answer.body as unknown as Problem).toMatchObject({
      ...{ code: "gbs.already_sealed", detail: expect.stringContaining("went back") },
    });
    expect(await item(asked)).toMatchObject({ access: "sealed", acknowledgedAt: null });
    const again = await verbs().acknowledge(asked.debt.id, asked.shown.key);
    expect(again.body).toMatchObject({ generation: 1, sealedAt: expect.any(String) });
    expect(await opens(asked, asked.shown.key)).toBe(true);
  });
});

describe("evidence:recover", () => {
  test("takes up each header that is whole, and names those that are not", async () => {
    const key = await headerOf(altered);
    const bytes = await bytesOf(key);
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
    await put(key, bytes);
    const recovered = await api.runCommand("evidence:recover");
    expect(recovered.code).toBe(1);
    const line = ({ debt, evidenceId }: Approved) =>
      `recording ${evidenceId} of debt ${debt.id} is sealed again`;
    expect(recovered.lines).toEqual([
      ...[line(approved), line(shownBefore)],
      expect.stringMatching(new RegExp(`^recording ${altered.evidenceId}: .*header of its lender`)),
      "recovered: 2",
    ]);
    expect(await item(altered)).toMatchObject({ access: "review" });
  });

  test("is told in the custody log, and the lender's key opens the file again", async () => {
    expect(await item(approved)).toMatchObject({ access: "sealed" });
    const log = await loggedOf(api, approved.debt);
    expect(log.slice(-2)).toEqual(["header_recovered", "sealed"]);
    const header = (await bytesOf(await headerOf(approved))).slice(0, -16);
    for (const kind of ["header_recovered", "sealed"] as const)
      expect(await entriesOf(api, approved.debt.id, kind)).toEqual([
        {
          ...{ evidence: approved.evidenceId, generation: 1, header: "passphrase" },
          headerSha256: sha256Of(header),
        },
      ] as never);
    expect(await opens(approved, approved.shown.key)).toBe(true);
  });

  test("puts the key that was typed back in the place of one that was only shown", async () => {
    expect(shownBefore.shown.generation).toBe(2);
    expect(await opens(shownBefore, shownBefore.first.key)).toBe(false);
    expect(await opens(shownBefore, shownBefore.shown.key)).toBe(true);
  });

  test("leaves what the server can still open, and what it has done already", async () => {
    expect(await item(unsealed)).toMatchObject({ access: "review" });
    const { key } = expected(201, await verbs().reveal(unsealed.debt.id));
    expect((await api.runCommand("evidence:recover")).lines.at(-1)).toBe("recovered: 0");
    expected(200, await verbs().acknowledge(unsealed.debt.id, key));
    await api.runJob("gbs.seal_evidence", { evidenceId: unsealed.evidenceId });
    expect(await opens(unsealed, key)).toBe(true);
    expect(await entriesOf(api, approved.debt.id, "sealed")).toHaveLength(1);
  });

  test("finds a damaged one whole again once a copy of it is put back", async () => {
    const key = await headerOf(altered);
    const bytes = await bytesOf(key);
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
    await put(key, bytes);
    await api.runJob("gbs.recover_headers");
    expect(await item(altered)).toMatchObject({ access: "sealed" });
    expect(await opens(altered, altered.shown.key)).toBe(true);
  });

  test("takes no arguments", async () => {
    expect(await api.runCommand("evidence:recover", "all")).toEqual({
      code: 64,
      lines: expect.arrayContaining([expect.stringContaining("usage: bun run evidence:recover")]),
    });
  });
});

describe("a recording that is not approved in the restored database", () => {
  test("comes back to its borrower, and is kept for its lender as long as recordings are", async () => {
    const review = operatorVerbs(operator);
    expected(200, await review.claim(submitted.evidenceId));
    expect((await review.play(submitted.evidenceId)).status).toBe(503);
    expected(200, await review.decide(submitted.evidenceId, "send_back"));
    await api.runJob("gbs.destroy_evidence");
    const keys = await keysOf(submitted);
    expect(keys.length).toBeGreaterThan(1);

    const segments = keys.filter((key) => !key.includes("/header-"));
    const parts = [await headerOf(submitted), ...segments].map(bytesOf);
    const file = new Uint8Array(Buffer.concat(await Promise.all(parts)));
    const { opened } = await openedByAge(file, { passphrase: submitted.shown.key });
    expect(opened && sha256Of(opened)).toBe(sha256Of(submitted.video));

    const stored = await storage.objects.list(await headerOf(submitted), { limit: 1 });
    api.clock.set(new Date((stored[0]?.modifiedMs ?? 0) + 90 * daySeconds * 1000).toISOString());
    await api.runJob("gbs.destroy_evidence");
    expect(await keysOf(submitted)).toEqual([]);
    const { state } = expected(200, await lender.get<Debt>(`/v1/debts/${submitted.debt.id}`));
    expect(state).toBe("sent_back");
  });
});

describe("a backup with objects", () => {
  test("has the headers beside their recordings", async () => {
    const place = await openBackupPlace();
    const { objects } = storage;
    const { name } = await takeTestBackup(api.databases, place, { objects });
    const archive = openBackup(place.store.open(name), null).archive();
    const clear = Buffer.concat(await Array.fromAsync(archive)).toString("latin1");
    expect(clear).toContain(`"key":"${await headerOf(approved)}"`);
    place.remove();
  });
});
