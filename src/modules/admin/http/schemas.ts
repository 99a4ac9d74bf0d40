import { t } from "elysia";
import { cursor, id, instant, oneOf, pageLimit, pageOf, text } from "#platform/http/schemas";
import type { AdminOperations } from "../operations.ts";

type AdminUser = Awaited<ReturnType<AdminOperations["userForAdmin"]>>;

const roles = ["user", "operator", "support", "admin"] as const satisfies AdminUser["roles"];
const statuses = ["active", "suspended"] as const satisfies AdminUser["status"][];
const actions = ["suspended", "restored", "roles_changed", "admin_created"] as const;
/** Room for a whole mail address. */
const maxSearchLength = 320;
const maxReasonLength = 500;

const role = oneOf(roles, { examples: ["operator"] });
const roleList = t.Array(role, { maxItems: roles.length, examples: [["user", "operator"]] });

export const userParams = t.Object({ id: id() });

export const listUsersQuery = t.Object({
  search: t.Optional(
    text(maxSearchLength, {
      description: "A whole mail address, a user's id, or the beginning of a display name.",
      examples: ["emir"],
    }),
  ),
  status: t.Optional(oneOf(statuses)),
  role: t.Optional(role),
  cursor,
  limit: pageLimit,
});

export const adminUser = t.Object({
  id: id(),
  maskedAddress: t.String({ examples: ["e***@example.org"] }),
  displayName: t.String({ examples: ["Emir Kaya"] }),
  status: oneOf(statuses),
  roles: roleList,
  secondFactor: t.Boolean({ description: "Set up and confirmed." }),
  createdAt: instant(),
});
export const adminUserPage = pageOf(adminUser);

export const listActionsQuery = t.Object({ cursor, limit: pageLimit });

export const accountActionPage = pageOf(
  t.Object({
    id: id(),
    action: oneOf(actions),
    reason: t.String({ examples: ["Asked for by phone, ticket 4711."] }),
    by: t.String({ description: "A user's id, or the name of a command." }),
    at: instant(),
    rolesBefore: roleList,
    rolesAfter: roleList,
  }),
);

const reason = text(maxReasonLength, {
  minLength: 1,
  description: "Kept with what was done.",
  examples: ["Asked for by phone, ticket 4711."],
});
export const reasonBody = t.Object({ reason });
export const rolesBody = t.Object({
  roles: t.Array(role, {
    maxItems: roles.length,
    description: "The whole new set; `user` is always in it.",
    examples: [["user", "operator"]],
  }),
  reason,
});
