import { t } from "elysia";
import {
  cursor,
  id,
  instant,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  wholeNumber,
} from "#platform/http/schemas";
import type { AdminOperations } from "../operations.ts";

type Entry = Awaited<ReturnType<AdminOperations["searchAudit"]>>["items"][number];

/** Every word, so that the compiler finds one that is missing here. */
const kinds = {
  ...{ change: 0, request: 0, request_unknown: 0, refusals: 0, outcomes_lost: 0 },
  ...{ unverified: 0, ddl: 0, drift: 0, epoch: 0, gap: 0, tombstone: 0 },
} as const satisfies Record<Entry["kind"], 0>;
const kindNames = Object.keys(kinds) as [Entry["kind"], ...Entry["kind"][]];
const kind = oneOf(kindNames, {
  description:
    "`change`: a row; `request`: what became of a request; `request_unknown`: it changed something, and nobody knows its answer; `refusals`: strangers who were refused, counted; the others tell of the trail itself.",
  examples: ["change"],
});

/** Names of operations, jobs, commands and tables are ours, and short. */
const maxNameLength = 128;
/** A 64-bit number is never reached by one entry after the other. */
const maxSeq = Number.MAX_SAFE_INTEGER;
const anyText = t.String({ maxLength: 65_536 });
const values = (description: string) =>
  orNull(t.Record(t.String(), orNull(t.String())), { description });

export const searchAuditQuery = t.Object({
  actor: t.Optional(
    text(maxNameLength, {
      minLength: 1,
      description: "Who did it: a user's id, or the name of a job or command.",
      examples: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"],
    }),
  ),
  target: t.Optional(
    id({ description: "What it was done to: an id in a path, or in the key of a changed row." }),
  ),
  action: t.Optional(
    text(maxNameLength, {
      minLength: 1,
      description: "An operationId, or the name of a job or command.",
      examples: ["suspendUser"],
    }),
  ),
  requestId: t.Optional(id({ description: "The X-Request-Id of an answer." })),
  kind: t.Optional(kind),
  table: t.Optional(
    text(maxNameLength, {
      minLength: 1,
      description: "Where a row was changed.",
      examples: ["identity.users"],
    }),
  ),
  from: t.Optional(
    instant({
      description:
        "When it happened, or later: at most 366 days back from `to`, 31 days when left out. A request is found by its id whenever it was.",
    }),
  ),
  to: t.Optional(instant({ description: "Before this moment; left out: until now." })),
  cursor,
  limit: pageLimit,
});

const auditEntry = t.Object({
  seq: wholeNumber({
    minimum: 1,
    maximum: maxSeq,
    description: "Its place in the chain.",
    examples: [4711],
  }),
  hash: t.String({
    maxLength: 64,
    description: "SHA-256 of the entry as the chain has it, hexadecimal.",
  }),
  at: instant({ description: "When it happened." }),
  recordedAt: instant({ description: "When it was recorded; it never falls." }),
  kind,
  actor: orNull(
    t.Object({
      type: oneOf(["anonymous", "user", "system"], { examples: ["user"] }),
      id: orNull(id(), { description: "Of a user." }),
      sessionId: orNull(id()),
      name: orNull(anyText, { description: "Of a job or command.", examples: [null] }),
    }),
    { description: "Null: it is not known." },
  ),
  requestId: orNull(anyText),
  action: orNull(anyText, { examples: ["suspendUser"] }),
  table: orNull(anyText, { examples: [null] }),
  targets: t.Array(anyText, { maxItems: 16 }),
  attribution: orNull(
    oneOf(["attributed", "unattributed", "unverified"], { examples: ["attributed"] }),
    { description: "Of a change: whether it is proved who made it." },
  ),
  request: orNull(
    t.Object({
      method: anyText,
      route: anyText,
      status: wholeNumber({ minimum: 100, maximum: 599, examples: [200] }),
      code: orNull(anyText, { description: "Of the problem that it was answered." }),
      durationMs: t.Number({ minimum: 0, examples: [12] }),
      client: t.String({ description: "Its address, or the network of it.", maxLength: 64 }),
      clientRequestId: orNull(anyText),
    }),
    { description: "Of a request." },
  ),
  before: values("Of a change: the columns that differ, as they were; of a deleted row all."),
  after: values("Of a change: the columns that differ, as they are; of a new row all."),
  details: t.Record(t.String(), t.Unknown(), {
    description:
      "What else the entry tells. `cut`: which values it has not whole, each with its length and SHA-256.",
  }),
});
export const auditPage = pageOf(auditEntry);
