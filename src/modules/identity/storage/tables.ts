import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant } from "#platform/db/columns";
import type { ModuleSchema } from "#platform/db/database";
import type { CurrencyCode } from "#platform/kernel/money";
import type { AccountAction } from "../contract.admin.ts";
import type { Role, UserStatus } from "../contract.ts";

export const identitySchema = pgSchema("identity");

/** Everybody who proved an address. Secrets stand in tables of their own. */
export const users = identitySchema.table(
  "users",
  {
    id: id("id").primaryKey(),
    /** As it was given: mail goes there. */
    address: text("address").notNull(),
    /** One per mailbox; computed by domain/address.ts, never by SQL. */
    addressKey: text("address_key").notNull(),
    displayName: text("display_name").notNull(),
    /** What administrators find it by; computed by domain/display-name-key.ts, never by SQL. */
    displayNameKey: text("display_name_key").notNull(),
    status: text("status").$type<UserStatus>().notNull(),
    roles: text("roles").array().$type<Role[]>().notNull(),
    locale: text("locale").notNull(),
    timeZone: text("time_zone").notNull(),
    baseCurrency: text("base_currency").$type<CurrencyCode>().notNull(),
    /** Categories of notifications that the user has switched off. */
    mutedCategories: text("muted_categories").array().notNull(),
    /** Version of the terms, and when they were accepted. */
    termsVersion: text("terms_version").notNull(),
    termsAcceptedAt: instant("terms_accepted_at").notNull(),
    hasSecondFactor: boolean("has_second_factor").notNull(),
    /** Raised when what tokens claim has changed (a role, a plan): a token that states an earlier one is refused. */
    claimsVersion: integer("claims_version").notNull().default(0),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("users_address_key").on(table.addressKey),
    index("users_created").on(table.createdAt, table.id),
    index("users_display_name_key").on(table.displayNameKey.op("text_pattern_ops")),
    // Who is not as everybody is: few, so that lists and locks of them stay small.
    index("users_with_roles")
      .on(table.createdAt, table.id)
      .where(sql`cardinality(${table.roles}) > 1`),
    index("users_suspended")
      .on(table.createdAt, table.id)
      .where(sql`${table.status} = 'suspended'`),
    check("users_status", sql`${table.status} in ('active', 'suspended')`),
  ],
);

/** argon2id hashes in PHC format. Not published to the audit trail. */
export const credentials = identitySchema.table("credentials", {
  userId: id("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  passwordHash: text("password_hash").notNull(),
  changedAt: instant("changed_at").notNull(),
});

/** Who has not proved the address yet. Any number for one address: each has codes of its own. */
export const registrations = identitySchema.table(
  "registrations",
  {
    id: id("id").primaryKey(),
    address: text("address").notNull(),
    addressKey: text("address_key").notNull(),
    displayName: text("display_name").notNull(),
    passwordHash: text("password_hash"),
    locale: text("locale").notNull(),
    timeZone: text("time_zone").notNull(),
    baseCurrency: text("base_currency").$type<CurrencyCode>().notNull(),
    termsVersion: text("terms_version").notNull(),
    /** The address had an account: it behaves like any other, and can never be verified. */
    decoy: boolean("decoy").notNull(),
    createdAt: instant("created_at").notNull(),
    /** When its newest code stops to work. */
    expiresAt: instant("expires_at").notNull(),
    /** The user that it became; then the hash of the password has moved there. */
    userId: id("user_id"),
  },
  (table) => [index("registrations_expires").on(table.expiresAt)],
);

/** HMACs of the codes of a registration, numbered from 1. Of those that were mailed the last two work. */
export const registrationCodes = identitySchema.table(
  "registration_codes",
  {
    registrationId: id("registration_id")
      .notNull()
      .references(() => registrations.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    mac: text("mac").notNull(),
    /** False: the address had had its mails; the code was made up for the look of it and never works. */
    mailed: boolean("mailed").notNull(),
    /** How often somebody tried to guess it. */
    attempts: integer("attempts").notNull(),
    sentAt: instant("sent_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.registrationId, table.number] })],
);

export const sessions = identitySchema.table(
  "sessions",
  {
    id: id("id").primaryKey(),
    userId: id("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** What the client said it is (User-Agent), shortened. */
    device: text("device").notNull(),
    /** Address or network that it was opened from. */
    client: text("client").notNull(),
    createdAt: instant("created_at").notNull(),
    /** The last proof of a password or second factor. */
    authenticatedAt: instant("authenticated_at").notNull(),
    /** Last refresh. */
    usedAt: instant("used_at").notNull(),
    /** Without a further refresh; never later than the absolute end. */
    idleExpiresAt: instant("idle_expires_at").notNull(),
    absoluteExpiresAt: instant("absolute_expires_at").notNull(),
    endedAt: instant("ended_at"),
    endReason: text("end_reason"),
  },
  (table) => [
    index("sessions_user").on(table.userId, table.createdAt, table.id),
    // When it was over; least() passes over nulls.
    index("sessions_over").on(sql`least(${table.endedAt}, ${table.idleExpiresAt})`),
    check("sessions_idle", sql`${table.idleExpiresAt} <= ${table.absoluteExpiresAt}`),
  ],
);

/** What a refresh token is checked against. */
export const sessionSecrets = identitySchema.table("session_secrets", {
  sessionId: id("session_id")
    .primaryKey()
    .references(() => sessions.id, { onDelete: "cascade" }),
  /** 32 random bytes, base64url. */
  familySecret: text("family_secret").notNull(),
  generation: integer("generation").notNull(),
  rotatedAt: instant("rotated_at").notNull(),
});

export type RevocationKind = "session" | "user" | "claims";

/** Wakes the caches of all nodes; rows are read for a minute and kept for a day. */
export const revocations = identitySchema.table(
  "revocations",
  {
    id: id("id").primaryKey(),
    kind: text("kind").$type<RevocationKind>().notNull(),
    /** A session's id, or a user's. */
    subjectId: id("subject_id").notNull(),
    revokedAt: instant("revoked_at").notNull(),
  },
  (table) => [index("revocations_revoked").on(table.revokedAt)],
);

export const passwordResets = identitySchema.table(
  "password_resets",
  {
    id: id("id").primaryKey(),
    userId: id("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256 of the mailed token, hex. */
    tokenHash: text("token_hash").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [
    uniqueIndex("password_resets_token_hash").on(table.tokenHash),
    index("password_resets_user").on(table.userId),
    index("password_resets_expires").on(table.expiresAt),
  ],
);

/** TOTP (RFC 6238). The secret is sealed under the keyring. */
export const secondFactors = identitySchema.table("second_factors", {
  userId: id("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  sealedSecret: text("sealed_secret").notNull(),
  createdAt: instant("created_at").notNull(),
  /** Null until the first code proved that the app has it. */
  confirmedAt: instant("confirmed_at"),
  /** The last time step whose code was used: each works once. */
  lastStep: bigint("last_step", { mode: "number" }).notNull(),
});

export const recoveryCodes = identitySchema.table(
  "recovery_codes",
  {
    userId: id("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256, hex, of a code of 80 random bits. */
    codeHash: text("code_hash").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
);

/** What administrators did to accounts, and why. */
export const accountActions = identitySchema.table(
  "account_actions",
  {
    id: id("id").primaryKey(),
    userId: id("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    action: text("action").$type<AccountAction["action"]>().notNull(),
    reason: text("reason").notNull(),
    actedBy: text("acted_by").notNull(),
    actedAt: instant("acted_at").notNull(),
    rolesBefore: text("roles_before").array().$type<Role[]>().notNull(),
    rolesAfter: text("roles_after").array().$type<Role[]>().notNull(),
  },
  (table) => [index("account_actions_user").on(table.userId, table.actedAt, table.id)],
);

export const identityTables: ModuleSchema = {
  name: "identity",
  tables: {
    users: "full",
    account_actions: "full",
    sessions: "keys",
    credentials: "none",
    registrations: "none",
    registration_codes: "none",
    session_secrets: "none",
    revocations: "none",
    password_resets: "none",
    second_factors: "none",
    recovery_codes: "none",
  },
};
