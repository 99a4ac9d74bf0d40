import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type AdminUser,
  expectClosedToStrangers,
  expectForbidden,
  expectLimit,
  expectNobody,
  nobodysId,
  openStaff,
  readsPerMinute,
  type Staff,
} from "../../support/admin-api.ts";
import { type Problem, pathsOf } from "../../support/currency-api.ts";
import { expectOnlyMethods } from "../../support/http-statuses.ts";

let staff: Staff;
let path: string;
beforeAll(async () => {
  staff = await openStaff();
  path = `/v1/admin/users/${staff.operator.user.id}`;
});
afterAll(() => staff.api.close());
const call = (id: string) => ({ method: "get", path: `/v1/admin/users/${id}` }) as const;

describe("200", () => {
  test("one user, the address masked", async () => {
    const { status, body } = await staff.admin.get<AdminUser>(path);
    const { id, address, displayName } = staff.operator.user;
    expect([status, body]).toEqual([
      200,
      {
        ...{ id, displayName, status: "active", roles: ["user", "operator"], secondFactor: true },
        maskedAddress: "u***@example.org",
        createdAt: staff.api.clock.now(),
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(address.split("@")[0]);
  });

  test("to support, and for an id in capitals", async () => {
    const { status, body } = await staff.support.get<AdminUser>(
      `/v1/admin/users/${staff.operator.user.id.toUpperCase()}`,
    );
    expect([status, body.id]).toEqual([200, staff.operator.user.id]);
  });

  test("no password, hash or secret, whoever asks", async () => {
    for (const client of [staff.admin, staff.support]) {
      const text = JSON.stringify((await client.get(path)).body);
      expect(text).not.toMatch(/password|argon2|secret"|hash/i);
      expect(text).not.toContain(staff.operator.user.totpSecret ?? "");
    }
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call(nobodysId)));
});
describe("403", () => {
  test("to users, operators, and administrators without a second factor, their own id included", async () => {
    for (const id of [staff.user.user.id, staff.operator.user.id, nobodysId])
      await expectForbidden(staff, call(id), ["user", "operator", "newAdmin"]);
  });
});
describe("404", () => {
  test("for an id that nobody has", () => expectNobody(staff, call(nobodysId)));
});
describe("405", () => {
  test("names what a user takes", () => expectOnlyMethods(staff.api, path, ["GET", "HEAD"]));
});
describe("422", () => {
  test.each(["me", "1", "%00", "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e2g"])(
    "names the id when it is %p",
    async (id) => {
      const answer = await staff.admin.get<Problem>(`/v1/admin/users/${id}`);
      expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["id"]]);
    },
  );
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () =>
    expectLimit(staff, readsPerMinute, call(staff.user.user.id)));
});
