import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import {
  enrolledUser,
  expectStepUp,
  factorPath as path,
  type Started,
} from "../../support/second-factor-api.ts";
import { totpAt } from "../../support/second-factor-users.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const confirm = (client: Awaited<ReturnType<typeof signedInUser>>, secret: string) =>
  client.post(`${path}/confirmation`, { code: totpAt(secret, app.clock.now()) });

describe("201", () => {
  test("gives a secret to type and the same as a QR code, once and uncached", async () => {
    const client = await signedInUser(app);
    const { status, headers, body } = await client.post<Started>(path);
    expect(status).toBe(201);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(Object.keys(body).sort()).toEqual(["otpauthUri", "secret"]);
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(body.otpauthUri);
    expect(uri.searchParams.get("secret")).toBe(body.secret);
    expect(decodeURIComponent(uri.pathname)).toBe(`/FinTrack:${client.user.address}`);
  });

  test("changes nothing before a code has confirmed it", async () => {
    const client = await signedInUser(app);
    await client.post(path);
    const { body } = await client.get<{ secondFactor: object }>("/v1/users/me");
    expect(body.secondFactor).toEqual({ enabled: false, required: false, recoveryCodesLeft: 0 });
  });

  test("asked again replaces the secret that waits: the first one confirms nothing", async () => {
    const client = await signedInUser(app);
    const first = (await client.post<Started>(path)).body.secret;
    const second = (await client.post<Started>(path)).body.secret;
    expect(second).not.toBe(first);
    expectProblem(await confirm(client, first), 422, "identity.code_wrong");
    expect((await confirm(client, second)).status).toBe(200);
  });

  test("stores the secret under the keyring only", async () => {
    const client = await signedInUser(app);
    const { secret } = (await client.post<Started>(path, undefined, { "idempotency-key": "k" }))
      .body;
    const rows = await app.sql<{ row: string }[]>`
      select to_jsonb(f)::text as row from identity.second_factors f
      union all select to_jsonb(k)::text from platform.idempotency_keys k`;
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.map(({ row }) => row).join()).not.toContain(secret);
  });
});

describe("401", () => {
  test("without a token, and without a fresh proof", () => expectStepUp(app, "POST", path));
});

describe("405", () => {
  test("names what the path takes", () => expectOnlyMethods(app, path, ["DELETE", "POST"]));
});

describe("409", () => {
  test("when one is set up", async () => {
    const client = await enrolledUser(app);
    expectProblem(await client.post(path), 409, "identity.second_factor_exists");
  });

  test("for a repeat with the same Idempotency-Key: secrets are not shown twice", async () => {
    const client = await signedInUser(app);
    const ask = () => client.post<Started>(path, undefined, { "idempotency-key": "one" });
    expect((await ask()).status).toBe(201);
    expectProblem(await ask(), 409, "idempotency.not_replayable");
  });
});

describe("422", () => {
  test("names a parameter that it does not take", async () => {
    const client = await signedInUser(app);
    expectProblem(await client.post(`${path}?digits=8`), 422, "request.invalid");
  });
});
