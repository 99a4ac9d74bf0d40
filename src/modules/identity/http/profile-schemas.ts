import { t } from "elysia";
import { currencyCode, id, instant, oneOf, text } from "#platform/http/schemas";
import type { Role } from "../contract.ts";
import type { IdentityOperations } from "../operations.ts";

const everyRole = ["user", "operator", "support", "admin"] as const satisfies readonly Role[];
type Profile = Awaited<ReturnType<IdentityOperations["getProfile"]>>;

export const role = oneOf(everyRole, { examples: ["user"] });
const roleList = (description: string) =>
  t.Array(role, { maxItems: everyRole.length, description, examples: [["user"]] });

/** One per category that can be switched off: a missing one does not compile. */
const onOff = {
  sign_ins: t.Boolean({ description: "Mails about sign-ins from new devices." }),
  plan: t.Boolean({ description: "Mails about the plan and its end." }),
  budgets: t.Boolean({ description: "Mails about budgets that are nearly or wholly spent." }),
  reports: t.Boolean({
    description: "Mails about reports that are ready, and schedules that were paused.",
  }),
  debts: t.Boolean({
    description: "Reminders of debts before and after the days on which they are due.",
  }),
} satisfies Record<keyof Profile["notifications"], unknown>;

/** A user as he sees himself. */
export const profile = t.Object({
  id: id(),
  email: t.String({ examples: ["emir@example.org"] }),
  displayName: t.String({ examples: ["Emir Kaya"] }),
  roles: roleList("Granted."),
  effectiveRoles: roleList(
    "Those that count at present: some count only for whoever has a second factor.",
  ),
  plan: t.String({ examples: ["free"] }),
  locale: t.String({ description: "BCP 47.", examples: ["tr-TR"] }),
  timeZone: t.String({ description: "IANA name.", examples: ["Europe/Istanbul"] }),
  baseCurrency: currencyCode({ examples: ["TRY"] }),
  notifications: t.Object(onOff, { description: "False = switched off." }),
  secondFactor: t.Object({
    enabled: t.Boolean(),
    required: t.Boolean({ description: "A granted role gives nothing without one." }),
    recoveryCodesLeft: t.Integer({ examples: [10] }),
  }),
  termsVersion: t.String({ description: "Of the terms accepted last.", examples: ["2026-01"] }),
  createdAt: instant(),
});

export const updateProfileBody = t.Object(
  {
    displayName: t.Optional(text(200, { minLength: 1, examples: ["Emir Kaya"] })),
    locale: t.Optional(text(35, { minLength: 2, description: "BCP 47.", examples: ["tr-TR"] })),
    timeZone: t.Optional(
      text(64, { minLength: 1, description: "IANA name.", examples: ["Europe/Istanbul"] }),
    ),
    baseCurrency: t.Optional(currencyCode({ examples: ["TRY"] })),
    notifications: t.Optional(t.Partial(t.Object(onOff))),
  },
  { description: "What is absent stays as it is." },
);
