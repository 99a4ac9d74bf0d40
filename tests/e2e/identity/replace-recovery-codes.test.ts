import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import {
  type Codes,
  enrolledUser,
  expectStepUp,
  factorPath,
  logIn,
} from "../../support/second-factor-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = `${factorPath}/recovery-codes`;
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

type Profile = { readonly secondFactor: { readonly recoveryCodesLeft: number } };

describe("200", () => {
  test("gives ten others; the old ones are worth nothing", async () => {
    const { user, recoveryCodes, ...client } = await enrolledUser(app);
    const { status, headers, body } = await client.post<Codes>(path);
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(new Set([...recoveryCodes, ...body.recoveryCodes]).size).toBe(20);
    const [old = "", fresh = ""] = [recoveryCodes[0], body.recoveryCodes[0]];
    expectProblem(await logIn(app, user, { code: old }), 401, "identity.second_factor_wrong");
    expect((await logIn(app, user, { code: fresh })).status).toBe(201);
    expectProblem(await logIn(app, user, { code: fresh }), 401, "identity.second_factor_wrong");
  });

  test("a code that is used is told by mail, with how many are left, and counted in the profile", async () => {
    const { user, recoveryCodes, ...client } = await enrolledUser(app);
    await logIn(app, user, { code: recoveryCodes[4]?.toLowerCase() ?? "" });
    const mails = await app.mails.to(user.address);
    const told = mails.find(({ subject }) => subject === "A recovery code was used");
    expect(told?.text).toContain("Recovery codes left: 9.");
    const left = async () =>
      (await client.get<Profile>("/v1/users/me")).body.secondFactor.recoveryCodesLeft;
    expect(await left()).toBe(9);
    await client.post(path);
    expect(await left()).toBe(10);
  });

  test("tells the user by mail, without the codes", async () => {
    const { user, ...client } = await enrolledUser(app);
    const { body } = await client.post<Codes>(path);
    const { subject, raw } = await app.mails.newest(user.address);
    expect(subject).toBe("You have new recovery codes");
    for (const code of body.recoveryCodes) expect(raw).not.toContain(code);
  });

  test("no code stands in a table in clear, not even under an Idempotency-Key", async () => {
    const { user, ...client } = await enrolledUser(app);
    const { body } = await client.post<Codes>(path, undefined, { "idempotency-key": "codes" });
    const rows = await app.sql<{ row: string }[]>`
      select to_jsonb(c)::text as row from identity.recovery_codes c where user_id = ${user.id}
      union all select to_jsonb(k)::text from platform.idempotency_keys k`;
    expect(rows.length).toBeGreaterThan(10);
    const text = rows.map(({ row }) => row).join();
    for (const code of body.recoveryCodes)
      for (const form of [code, code.replaceAll("-", "")]) expect(text).not.toContain(form);
  });
});

describe("401", () => {
  test("without a token, and without a fresh proof", () => expectStepUp(app, "POST", path));
});

describe("405", () => {
  test("names what the path takes", () => expectOnlyMethods(app, path, ["POST"]));
});

describe("409", () => {
  test("without a second factor, or with one that is not confirmed", async () => {
    const client = await signedInUser(app);
    expectProblem(await client.post(path), 409, "identity.second_factor_missing");
    await client.post(factorPath);
    expectProblem(await client.post(path), 409, "identity.second_factor_missing");
  });

  test("for a repeat with the same Idempotency-Key: codes are not shown twice", async () => {
    const client = await enrolledUser(app);
    const ask = () => client.post<Codes>(path, undefined, { "idempotency-key": "one" });
    expect((await ask()).status).toBe(200);
    expectProblem(await ask(), 409, "idempotency.not_replayable");
  });
});
