import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type AdminUser,
  expectClosedToStrangers,
  expectForbidden,
  expectLimit,
  openStaff,
  type Staff,
} from "../../support/admin-api.ts";
import { type Page, type Problem, pathsOf, queryOf } from "../../support/currency-api.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createUser } from "../../support/identity.ts";

const path = "/v1/admin/users";
const call = { method: "get", path } as const;
let staff: Staff;
beforeAll(async () => {
  staff = await openStaff();
  const people = ["İsmail Işık", "Isabel", "Grün & Söhne", "علی", "שרה", "<b>Emir</b>"];
  for (const displayName of people) {
    staff.api.clock.advance(1);
    await createUser(staff.api, {
      displayName,
      address: `${people.indexOf(displayName)}x@örnek.tr`,
    });
  }
});
afterAll(() => staff.api.close());

const list = async (parameters: Record<string, string> = {}) =>
  (await staff.admin.get<Page<AdminUser>>(path + queryOf(parameters))).body;
const names = async (parameters: Record<string, string>) =>
  (await list(parameters)).items.map(({ displayName }) => displayName);

describe("200", () => {
  test("everybody, the newest first, a page at a time", async () => {
    const all = (await list({ limit: "200" })).items;
    expect(all).toHaveLength(12);
    const first = await list({ limit: "5" });
    const second = await list({ limit: "7", cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items]).toEqual([...all]);
    expect(second.nextCursor).toBeNull();
  });

  test("shows of a user what support needs, the address masked", async () => {
    const [ismail] = (await list({ search: "ismail" })).items;
    expect(ismail).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      maskedAddress: "0***@örnek.tr",
      displayName: "İsmail Işık",
      status: "active",
      roles: ["user"],
      secondFactor: false,
      createdAt: expect.stringMatching(/Z$/),
    });
  });

  test.each([
    ["is", ["Isabel", "İsmail Işık"]],
    ["IŞ", ["Isabel", "İsmail Işık"]],
    ["0X@xn--rnek-4qa.TR", ["İsmail Işık"]],
    ["grun", ["Grün & Söhne"]],
    ["علی", ["علی"]],
    ["שרה", ["שרה"]],
    ["<b>", ["<b>Emir</b>"]],
    ["%", []],
    ["' or true --", []],
  ])("search=%s finds %p", async (search, wanted) => {
    expect(await names({ search })).toEqual(wanted);
  });

  test("by role and status", async () => {
    expect((await list({ role: "admin" })).items).toHaveLength(3);
    expect((await list({ role: "support" })).items[0]?.id).toBe(staff.support.user.id);
    expect((await list({ status: "suspended" })).items).toEqual([]);
  });

  test("to support, too", async () => {
    expect((await staff.support.get(path)).status).toBe(200);
  });

  test("is not stored on the way", async () => {
    expect((await staff.admin.get(path)).headers.get("cache-control")).toBe("no-store");
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call));
});
describe("403", () => {
  test("to users, operators, and administrators without a second factor", () =>
    expectForbidden(staff, call, ["user", "operator", "newAdmin"]));
});
describe("405", () => {
  test("names what the list takes", () => expectOnlyMethods(staff.api, path, ["GET", "HEAD"]));
});
describe("422", () => {
  test.each([
    ["limit", "0"],
    ["limit", "201"],
    ["role", "root"],
    ["status", "gone"],
    ["cursor", "%"],
    ["cursor", "e30"],
    ["search", "\u0000"],
    ["search", "x".repeat(321)],
  ])("names %s when it is %p", async (name, value) => {
    const answer = await staff.admin.get<Problem>(path + queryOf({ [name]: value }));
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [name]]);
    if (name === "cursor" && value === "e30") expectProblem(answer, 422, "input.invalid");
  });

  test("for a parameter that it does not take", async () => {
    const answer = await staff.admin.get<Problem>(path + queryOf({ address: "a@b.example" }));
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["(a parameter)"]]);
  });
});

describe("429", () => {
  test("after the costly reads of a minute, for that client alone", () =>
    expectLimit(staff, 1, call));
});
