import type { Config } from "#platform/config";
import type { Authenticate } from "#platform/http/guard";
import type { HttpKit } from "#platform/http/kit";
import type { Keyring } from "#platform/keyring/keyring";
import type { Module } from "#platform/module";
import {
  type FindNotifiedUsers,
  mailLocales,
  type Notifications,
  notificationCategories,
} from "#platform/notify/notifications";
import type { Logger } from "#platform/observability/logger";
import type { Metrics } from "#platform/observability/metrics";
import { createPasswordHasher } from "#platform/password-hasher";
import { identityCommands } from "./commands.ts";
import type { IdentityAdminApi } from "./contract.admin.ts";
import type { IdentityApi } from "./contract.ts";
import type { IdentityDeps } from "./deps.ts";
import { createAccessTokens } from "./gateways/access-tokens.ts";
import { domainNames } from "./gateways/domain-names.ts";
import { createPasswordStrength } from "./gateways/password-strength.ts";
import { createRandomSecrets } from "./gateways/random-secrets.ts";
import { createRefreshTokenMacs } from "./gateways/refresh-token-macs.ts";
import { createSecondFactorVault } from "./gateways/second-factor-vault.ts";
import { createTotp } from "./gateways/totp.ts";
import { createVerificationCodes } from "./gateways/verification-codes.ts";
import { createIdentityRoutes } from "./http/routes.ts";
import { identityJobs } from "./jobs.ts";
import { meterIdentity } from "./meters.ts";
import { identityNotifications } from "./notifications.ts";
import { bindOperations } from "./operations.ts";
import { createAdministrationRepository } from "./storage/administration.repository.ts";
import { createPasswordResetRepository } from "./storage/password-reset.repository.ts";
import { createProfileRepository } from "./storage/profile.repository.ts";
import { createRegistrationRepository } from "./storage/registration.repository.ts";
import { endRestoredAccess } from "./storage/restored.ts";
import { createRevocationRepository, revocationsChannel } from "./storage/revocation.repository.ts";
import { createSecondFactorRepository } from "./storage/second-factor.repository.ts";
import { createSessionRepository } from "./storage/session.repository.ts";
import { createSignInRepository } from "./storage/sign-in.repository.ts";
import { createUserRepository } from "./storage/user.repository.ts";
import { createUserDirectoryRepository } from "./storage/user-directory.repository.ts";
import { createAuthenticator } from "./use-cases/authenticator.ts";
import { expireClaimsOf } from "./use-cases/expire-claims.ts";
import { liveSessions } from "./use-cases/find-live-sessions.ts";
import {
  addressesOf,
  findNotifiedUsers,
  mailboxOf,
  userIdByAddress,
  usersById,
} from "./use-cases/find-users.ts";
import { restoreUser } from "./use-cases/restore-user.ts";
import { accountActions, searchUsers, userForAdmin } from "./use-cases/search-users.ts";
import { setRoles } from "./use-cases/set-roles.ts";
import { suspendUser } from "./use-cases/suspend-user.ts";

export type IdentityModuleOptions = Pick<
  IdentityDeps,
  | "db"
  | "clock"
  | "auditTrail"
  | "ids"
  | "jobs"
  | "events"
  | "attempts"
  | "cpuGate"
  | "claimsOf"
  | "isCurrency"
> & {
  readonly config: Pick<Config, "publicUrl" | "clientUrl" | "termsVersion" | "limits">;
  readonly keyring: Keyring;
  readonly notifications: Notifications;
  readonly http: HttpKit;
  /** Milliseconds that only ever grow. */
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

export type IdentityModule = Module<IdentityApi> & {
  /** Verbs for administrators. */
  readonly adminApi: IdentityAdminApi;
  /** Who sends a bearer token: for the guard of every route. */
  readonly authenticate: Authenticate;
  /** How notify reaches somebody who has an account. */
  readonly findNotifiedUsers: FindNotifiedUsers;
};

export function createIdentityModule(options: IdentityModuleOptions): IdentityModule {
  const { config, db, clock, ids, jobs, events, attempts, cpuGate, claimsOf, isCurrency } = options;
  const issuer = config.publicUrl;
  const accessTokens = createAccessTokens({ keyring: options.keyring, clock, issuer });
  const sessions = createSessionRepository();
  const revocations = createRevocationRepository();
  const authenticator = createAuthenticator({
    ...{ db, clock, accessTokens, sessions, revocations },
    channel: revocationsChannel,
    monotonicMs: options.monotonicMs,
    onFailure: (error) => options.logger.warn({ err: error }, "revocations could not be read"),
  });
  const deps: IdentityDeps = {
    ...{ db, clock, ids, jobs, events, attempts, cpuGate, claimsOf, isCurrency },
    auditTrail: options.auditTrail,
    settings: {
      termsVersion: config.termsVersion,
      clientAttemptsPerHour: config.limits.clientAttemptsPerHour,
      linkOrigin: config.clientUrl ?? config.publicUrl,
      issuer,
    },
    notify: options.notifications.declare(identityNotifications),
    passwords: createPasswordHasher({ cpuGate }),
    passwordStrength: createPasswordStrength(),
    codes: createVerificationCodes({ keyring: options.keyring }),
    domainNames,
    users: createUserRepository(),
    registrations: createRegistrationRepository(),
    languages: mailLocales,
    totp: createTotp(),
    secondFactorVault: createSecondFactorVault(options.keyring),
    randomSecrets: createRandomSecrets(),
    notificationCategories,
    profiles: createProfileRepository(),
    userDirectory: createUserDirectoryRepository(),
    administration: createAdministrationRepository(),
    ...{ accessTokens, sessions, revocations },
    refreshTokenMacs: createRefreshTokenMacs(options.keyring),
    tokenCache: authenticator,
    signIns: createSignInRepository(),
    secondFactors: createSecondFactorRepository(),
    passwordResets: createPasswordResetRepository(),
  };
  return {
    name: "identity",
    api: {
      usersById: (ctx, input) => usersById(deps, ctx, input),
      userIdByAddress: (ctx, input) => userIdByAddress(deps, ctx, input),
      addressesOf: (ctx, input) => addressesOf(deps, ctx, input),
      mailboxOf: (ctx, input) => mailboxOf(deps, ctx, input),
      liveSessions: (ctx, input) => liveSessions(deps, ctx, input),
      expireClaims: (ctx, input) => expireClaimsOf(deps, ctx, input),
    },
    adminApi: bindAdminApi(deps),
    authenticate: authenticator.authenticate,
    findNotifiedUsers: (ctx, input) => findNotifiedUsers(deps, ctx, input),
    routes: createIdentityRoutes(
      options.http,
      meterIdentity(options.metrics, bindOperations(deps)),
    ),
    jobs: identityJobs(deps),
    subscriptions: [],
    commands: identityCommands(deps),
    health: [],
    onRestore: endRestoredAccess,
    start: authenticator.start,
    stop: authenticator.stop,
  };
}

const bindAdminApi = (deps: IdentityDeps): IdentityAdminApi => ({
  searchUsers: (ctx, input) => searchUsers(deps, ctx, input),
  userForAdmin: (ctx, input) => userForAdmin(deps, ctx, input),
  accountActions: (ctx, input) => accountActions(deps, ctx, input),
  suspendUser: (ctx, input) => suspendUser(deps, ctx, input),
  restoreUser: (ctx, input) => restoreUser(deps, ctx, input),
  setRoles: (ctx, input) => setRoles(deps, ctx, input),
});
