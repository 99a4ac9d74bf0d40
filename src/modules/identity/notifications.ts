import type { NotificationDefinition } from "#platform/notify/notifications";
import { de } from "./texts/de.ts";
import { en } from "./texts/en.ts";
import { tr } from "./texts/tr.ts";

type Kind = keyof typeof en;

/** As long as the code in it is valid. */
const codeSeconds = 600;
/** As long as the link in it is valid. */
const resetSeconds = 1800;
/** Whoever reads it later than that has seen it elsewhere. */
const signInSeconds = 86_400;
/** News about somebody's account is worth a wait for the mail server. */
const noticeSeconds = 7 * 86_400;

/** In every language; the names of a message's data are kept literal, so that a missing datum does not compile. */
const told = <const Data extends readonly string[]>(
  kind: Kind,
  data: Data,
  expiresAfterSeconds: number,
) => ({
  category: null,
  expiresAfterSeconds,
  data,
  texts: { en: en[kind], tr: tr[kind], de: de[kind] },
});

/**
 * What identity tells people. `time` is an instant, written out for the reader; `minutes` and `left` are whole numbers;
 * `link` is an address of ours.
 */
export const identityNotifications = {
  "identity.registration_code": told(
    "identity.registration_code",
    ["code", "minutes"],
    codeSeconds,
  ),
  /** Somebody tried to register with an address that has an account. */
  "identity.address_in_use": told("identity.address_in_use", [], codeSeconds),
  "identity.new_sign_in": {
    ...told("identity.new_sign_in", ["device", "client", "time"], signInSeconds),
    category: "sign_ins",
  },
  "identity.password_reset": told("identity.password_reset", ["link", "minutes"], resetSeconds),
  "identity.password_changed": told("identity.password_changed", ["time"], noticeSeconds),
  "identity.second_factor_enabled": told("identity.second_factor_enabled", ["time"], noticeSeconds),
  "identity.second_factor_disabled": told(
    "identity.second_factor_disabled",
    ["time"],
    noticeSeconds,
  ),
  "identity.recovery_code_used": told(
    "identity.recovery_code_used",
    ["left", "time"],
    noticeSeconds,
  ),
  "identity.recovery_codes_replaced": told(
    "identity.recovery_codes_replaced",
    ["time"],
    noticeSeconds,
  ),
  /** `device` is the one that was signed out. */
  "identity.refresh_token_reused": told(
    "identity.refresh_token_reused",
    ["device", "time"],
    noticeSeconds,
  ),
  "identity.account_suspended": told("identity.account_suspended", [], noticeSeconds),
  "identity.account_restored": told("identity.account_restored", [], noticeSeconds),
  /** `roles` separated by ", ". */
  "identity.roles_changed": told("identity.roles_changed", ["roles"], noticeSeconds),
} as const satisfies Readonly<Record<Kind, NotificationDefinition>>;
