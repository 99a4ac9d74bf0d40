import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  expectClosedToStrangers,
  expectForbidden,
  expectLimit,
  openStaff,
  readsPerMinute,
  type Staff,
} from "../../support/admin-api.ts";
import { type Problem, pathsOf } from "../../support/currency-api.ts";

const path = "/v1/admin/audit/verification";
const call = { method: "get", path } as const;
let staff: Staff;
beforeAll(async () => {
  staff = await openStaff();
});
afterAll(() => staff.api.close());

describe("200", () => {
  test("also when nobody has asked yet", async () => {
    const { status, body } = await staff.admin.get(path);
    expect(status).toBe(200);
    expect(body).toEqual({ state: "never", askedAt: null, finishedAt: null, report: null });
  });
});
describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call));
});
describe("403", () => {
  test("to everybody but administrators with a second factor", () =>
    expectForbidden(staff, call, ["support", "operator", "user", "newAdmin"]));
});
describe("422", () => {
  test("for a parameter that it does not know", async () => {
    const answer = await staff.admin.get<Problem>(`${path}?keys=1`);
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["(a parameter)"]]);
  });
});
describe("429", () => {
  test("after the reads of a minute, for that client alone", () =>
    expectLimit(staff, readsPerMinute, call));
});
