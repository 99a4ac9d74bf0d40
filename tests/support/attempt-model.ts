import type { AttemptRule, AttemptVerdict } from "#platform/attempts/attempts";

type Counted = { readonly first: number; last: number; count: number };

/** The rules in plain words: what one subject has left at which second. */
export function attemptModel() {
  const known = new Map<AttemptRule, Counted>();

  /** Until when the rule refuses; 0 = it does not. */
  function refusedUntil(rule: AttemptRule, now: number): number {
    const counted = known.get(rule);
    if (!counted) return 0;
    const forgottenAt =
      rule.kind === "window"
        ? counted.first + rule.windowSeconds
        : counted.last + rule.forgetAfterSeconds;
    if (now >= forgottenAt) {
      known.delete(rule);
      return 0;
    }
    if (rule.kind === "window") return counted.count >= rule.limit ? forgottenAt : 0;
    let wait = 0;
    for (let n = rule.free; n < counted.count; n += 1)
      wait = wait === 0 ? rule.firstDelaySeconds : Math.min(rule.maxDelaySeconds, wait * 2);
    return counted.last + wait;
  }

  return {
    take(rules: readonly AttemptRule[], now: number): AttemptVerdict {
      const until = Math.max(...rules.map((rule) => refusedUntil(rule, now)));
      const retryAfterSeconds = Math.max(0, Math.ceil(Math.round((until - now) * 1000) / 1000));
      if (retryAfterSeconds > 0) return { allowed: false, retryAfterSeconds };
      for (const rule of rules) {
        const { first = now, count = 0 } = known.get(rule) ?? {};
        known.set(rule, { first, last: now, count: count + 1 });
      }
      return { allowed: true, retryAfterSeconds };
    },
    giveBack(rules: readonly AttemptRule[]): void {
      for (const rule of rules) {
        const counted = known.get(rule);
        if (!counted) continue;
        counted.count -= 1;
        if (rule.kind === "delay" || counted.count === 0) known.delete(rule);
      }
    },
  };
}
