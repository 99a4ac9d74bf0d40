import { describe, expect, test } from "bun:test";
import {
  createOutcomeMessages,
  maxOutcomesPerMessage,
  type Outcome,
  readOutcomeMessage,
} from "#platform/audit/messages";
import { createAuditContexts, readAuditContext } from "#platform/db/audit-context";
import { parseInstant } from "#platform/kernel/time";
import { testKeyring } from "../../support/test-keyring.ts";

const at = parseInstant("2026-11-23T02:00:00Z");
const outcome: Outcome = {
  requestId: "r-1",
  clientRequestId: null,
  ...{ at, durationMs: 12, method: "POST", route: "/v1/books", operation: "createBook" },
  targets: { bookId: 'b","mac":"' },
  ...{ status: 201, code: null, client: "192.0.2.1" },
  actor: { type: "user", id: "u-1", sessionId: null },
};
const refusals: Outcome = {
  refusals: {
    minute: at,
    method: "POST",
    route: "unmatched",
    client: "192.0.2.0/24",
    status: 401,
    count: 7,
  },
};

describe("outcome messages", () => {
  test("are read as they were made, and count up", () => {
    const messages = createOutcomeMessages({ processId: "p-1", keyring: testKeyring });
    messages.next([]);
    const content = messages.next([outcome, refusals]);
    expect(readOutcomeMessage(content, testKeyring)).toEqual({
      ...{ v: 1, process: "p-1", counter: 2, outcomes: [outcome, refusals] },
    });
  });

  test("are refused when a single character of them was changed", () => {
    const messages = createOutcomeMessages({ processId: "p-1", keyring: testKeyring });
    const content = messages.next([outcome]);
    const changed = content.replace('"status":201', '"status":200');
    expect(changed).not.toBe(content);
    expect(readOutcomeMessage(changed, testKeyring)).toBeUndefined();
  });

  test("cannot be taken for a context, nor a context for one of them", () => {
    const options = { processId: "p-1", keyring: testKeyring };
    const context = createAuditContexts(options).next({
      ...{ actor: { type: "anonymous" }, requestId: "r-1", operation: "createBook" },
    });
    expect(readAuditContext(context, testKeyring)).toBeDefined();
    expect(readOutcomeMessage(context, testKeyring)).toBeUndefined();
  });

  test("are bounded", () => {
    const messages = createOutcomeMessages({ processId: "p-1", keyring: testKeyring });
    const many = Array.from({ length: maxOutcomesPerMessage + 1 }, () => refusals);
    expect(() => messages.next(many)).toThrow(RangeError);
  });
});
