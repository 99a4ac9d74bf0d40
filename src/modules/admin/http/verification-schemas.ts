import { t } from "elysia";
import { instant, oneOf, orNull, wholeNumber } from "#platform/http/schemas";
import { describeText } from "#platform/http/sentences";
import type { AdminOperations } from "../operations.ts";

type Verification = Awaited<ReturnType<AdminOperations["lastVerification"]>>;
type Report = NonNullable<Verification["report"]>;
type Fault = NonNullable<Report["fault"]>;

const states = ["never", "waiting", "running", "done", "failed"] as const;
const verdicts = ["proven", "consistent", "broken"] as const satisfies Report["verdict"][];
const anchors = [
  "none",
  "database",
  "local",
  "given",
] as const satisfies Report["strongestAnchor"][];
/** Every word, so that the compiler finds one that is missing here. */
const faults = {
  ...{ changed: 0, missing: 0, out_of_order: 0, unlinked: 0 },
  ...{ tail_cut: 0, rewritten: 0, forged: 0, checkpoint_missing: 0, unsigned: 0 },
} as const satisfies Record<Fault["type"], 0>;
const faultNames = Object.keys(faults) as [Fault["type"], ...Fault["type"][]];

/** A report names no more. */
const maxLosses = 100;
/** Keys are rotated once a year or so. */
const maxKeys = 32;
const fingerprintPattern = "^[0-9a-f]{64}$";
describeText(fingerprintPattern, "Must be a SHA-256 in 64 lower-case hexadecimal digits.");
const fingerprint = t.String({
  pattern: fingerprintPattern,
  minLength: 64,
  maxLength: 64,
  examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
});
const count = wholeNumber({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [4711] });

export const verifyAuditBody = t.Object({
  keys: t.Optional(
    t.Array(fingerprint, {
      minItems: 1,
      maxItems: maxKeys,
      description: "SHA-256 of the keys that may have signed, as they were noted elsewhere.",
    }),
  ),
});

export const verification = t.Object({
  state: oneOf(states, { examples: ["done"] }),
  askedAt: orNull(instant()),
  finishedAt: orNull(instant()),
  report: orNull(
    t.Object({
      verdict: oneOf(verdicts, {
        description:
          "`consistent`: nothing was altered as far as the database itself can tell; `proven`: and it was signed with a key that the asker named, up to `signedUpTo`.",
        examples: ["consistent"],
      }),
      fault: orNull(
        t.Object({
          type: oneOf(faultNames, {
            description:
              "`unsigned`: no checkpoint covers this entry and those behind it although one was due: the relay stands still, or somebody deleted checkpoints. `checkpoint_missing`: LogDB lacks one that is kept outside.",
            examples: ["changed"],
          }),
          seq: count,
          column: t.Optional(t.String()),
          witness: t.Optional(
            oneOf(["position", "checkpoint", "anchor", "entry"], { examples: ["checkpoint"] }),
          ),
          signer: t.Optional(
            orNull(t.String(), {
              description: "Of `forged`: the fingerprint of the key that signed; null = of none.",
            }),
          ),
        }),
        { description: "The first thing that is wrong, and at which entry." },
      ),
      firstSeq: count,
      lastSeq: count,
      lastAt: orNull(instant()),
      entries: count,
      checkpoints: count,
      signedUpTo: count,
      unsigned: wholeNumber({
        ...{ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [3] },
        description: "Entries behind `signedUpTo`: of the last minutes.",
      }),
      keys: t.Array(t.String(), { description: "Fingerprints of the keys that signed." }),
      strongestAnchor: oneOf(anchors, {
        description: "`local`: a file of the machine, which whoever has the machine can alter.",
        examples: ["local"],
      }),
      epochs: count,
      gaps: count,
      losses: t.Array(
        t.Object({
          from: count,
          through: count,
          at: instant({ description: "When the last checkpoint that knows of them was signed." }),
          statedAt: instant({ description: "When it was written down that they are lost." }),
          isWitnessed: t.Boolean({
            description: "Whether that checkpoint was there to be compared.",
            examples: [true],
          }),
        }),
        {
          maxItems: maxLosses,
          description:
            "Entries that were lost because LogDB was put back to an older copy, as the trail itself states, signed. The latest.",
        },
      ),
    }),
    {
      description:
        "Of the last run; null while there is none, or when the trail could not be read.",
    },
  ),
});
