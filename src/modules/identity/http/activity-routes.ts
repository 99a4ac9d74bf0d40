import { Elysia, t } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import {
  cursor,
  instant,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  wholeNumber,
} from "#platform/http/schemas";
import type { IdentityOperations } from "../operations.ts";

type Item = Awaited<ReturnType<IdentityOperations["listActivity"]>>["items"][number];

/** Every word, so that the compiler finds one that is missing here. */
const authors = {
  ...{ you: 0, signed_out: 0, administrator: 0, other_user: 0, system: 0 },
} as const satisfies Record<Item["by"], 0>;
const authorNames = Object.keys(authors) as [Item["by"], ...Item["by"][]];

const activityPage = pageOf(
  t.Object({
    at: instant(),
    action: t.String({
      description: "The operationId of a request, or the name of a job or command.",
      examples: ["changePassword"],
    }),
    by: oneOf(authorNames, {
      description: "`signed_out`: whoever had the password, a code or a link.",
      examples: ["you"],
    }),
    status: orNull(wholeNumber({ minimum: 100, maximum: 599, examples: [200] }), {
      description: "Of the answer; null when there was none, or nobody knows.",
    }),
    client: orNull(t.String({ examples: ["203.0.113.7"] }), {
      description:
        "Where it came from: an address, or a network. Only of what you did, or by which you signed in.",
    }),
  }),
);

/** What users see of the audit trail: their own part of it. */
export const createActivityRoutes = ({ plugin, route }: HttpKit, operations: IdentityOperations) =>
  new Elysia({ name: "identity.activity", prefix: "/v1/users/me" }).use(plugin).get(
    "/activity",
    ({ ctx, query }) => operations.listActivity(ctx, query),
    route({
      operationId: "listActivity",
      tags: ["Identity"],
      summary: "What was done with your account",
      description:
        "By you, and to your account by others, within the last 90 days, the latest first. It may take some seconds until something appears.",
      access: "identity:manage_self",
      limit: "costly_read",
      query: t.Object({ cursor, limit: pageLimit }),
      responses: { 200: activityPage },
    }),
  );
