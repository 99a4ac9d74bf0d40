import { expect, test } from "bun:test";
import fc from "fast-check";
import { absoluteExpiry, idleExpiry, isLive } from "#modules/identity/domain/session";
import { addSeconds, epochMs, parseInstant } from "#platform/kernel/time";

const createdAt = parseInstant("2026-09-18T12:00:00.000Z");
const day = 86_400;

test("a session that is refreshed whenever it still can be ends after 90 days, never later", () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 30 * day }), { maxLength: 40 });
  fc.assert(
    fc.property(pauses, (seconds) => {
      const absolute = absoluteExpiry(createdAt);
      let [now, idle] = [createdAt, idleExpiry(createdAt, absolute)];
      for (const pause of seconds) {
        now = addSeconds(now, pause);
        if (!isLive({ endedAt: null, idleExpiresAt: idle }, now)) break;
        idle = idleExpiry(now, absolute);
        expect(epochMs(idle) - epochMs(now)).toBeLessThanOrEqual(30 * day * 1000);
        expect(idle <= absolute).toBe(true);
      }
      expect(isLive({ endedAt: null, idleExpiresAt: idle }, absolute)).toBe(false);
    }),
  );
});

test("a session that was ended lives no more, whatever its time", () => {
  expect(isLive({ endedAt: createdAt, idleExpiresAt: addSeconds(createdAt, day) }, createdAt)).toBe(
    false,
  );
});
