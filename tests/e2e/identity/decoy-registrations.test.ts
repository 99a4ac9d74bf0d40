import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { createUser } from "../../support/identity.ts";
import {
  changeAddress,
  type Receipt,
  resend,
  startRegistration,
  verify,
} from "../../support/registering.ts";
import { type Answer, openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "100000" } });
});
afterAll(() => app.close());

type Step =
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "guess" | "resend" | "register again" }
  | { readonly do: "change"; readonly to: "same" | "other" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("wait" as const),
    seconds: fc.constantFrom(1, 59, 60, 61, 599, 601, 3601, 4201, 86_401),
  }),
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("guess" as const, "resend" as const) }) },
  fc.record({ do: fc.constant("register again" as const) }),
  fc.record({
    do: fc.constant("change" as const),
    to: fc.constantFrom("same" as const, "other" as const),
  }),
);

/** All that a client sees of an answer, without what is new in every one. */
function seen({ status, headers, body }: Answer<unknown>) {
  const { id: _, requestId: __, ...rest } = body as Record<string, unknown>;
  const names = [...headers.keys()].filter((name) => name !== "date");
  return { status, rest, names, retryAfter: headers.get("retry-after") };
}

let addresses = 0;
/** Does the same to both registrations, at the same moments. */
async function bothAnswers(steps: readonly Step[]): Promise<[unknown[], unknown[]]> {
  addresses += 1;
  const emails = [`taken.${addresses}@example.org`, `free.${addresses}@example.org`] as const;
  const others = [`taken.other.${addresses}@example.org`, `free.other.${addresses}@example.org`];
  for (const address of [emails[0], others[0] ?? ""]) await createUser(app, { address });
  const ids: string[] = [];
  const answers: [unknown[], unknown[]] = [[], []];
  for (const side of [0, 1] as const) {
    const started = await startRegistration<Receipt>(app, emails[side]);
    answers[side].push(seen(started));
    ids.push(started.body.id);
  }
  for (const current of steps) {
    if (current.do === "wait") {
      app.clock.advance(current.seconds);
      continue;
    }
    for (const side of [0, 1] as const) {
      const [email, other, id] = [emails[side], others[side] ?? "", ids[side] ?? ""];
      const asks = {
        guess: () => verify<unknown>(app, id, "271828"),
        resend: () => resend<unknown>(app, id),
        "register again": () => startRegistration<unknown>(app, email),
        change: () =>
          changeAddress<unknown>(
            app,
            id,
            current.do === "change" && current.to === "other" ? other : email,
          ),
      };
      answers[side].push(seen(await asks[current.do]()));
    }
  }
  return answers;
}

test("whatever is done to it, a registration of a taken address answers as one of a free address", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const [taken, free] = await bothAnswers(steps);
      expect(taken).toEqual(free);
    }),
    { numRuns: 20, endOnFailure: true },
  );
}, 600_000);
