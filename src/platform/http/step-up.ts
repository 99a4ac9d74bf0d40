import type { Actor } from "../kernel/context.ts";
import { type AppError, defineErrors } from "../kernel/errors.ts";
import { epochMs, type Instant } from "../kernel/time.ts";

/** How long a password or second factor that was proved in a session opens the routes that ask for one. */
export const stepUpSeconds = 300;

const stepUpErrors = defineErrors("auth", {
  step_up_required: { kind: "unauthenticated", title: "Fresh authentication required" },
});

/** What a route that asks for it says in its description. */
export const stepUpDescription = `The session must have proved a password or a second factor within the last ${stepUpSeconds / 60} minutes; otherwise 401 \`auth.step_up_required\`.`;

export function requireStepUp(actor: Actor, now: Instant): void {
  const provedAt = actor.type === "user" ? actor.authenticatedAt : null;
  if (provedAt === null || epochMs(now) - epochMs(provedAt) > stepUpSeconds * 1000)
    throw stepUpErrors.fail(
      "step_up_required",
      "Prove your password or second factor again in this session, then repeat the request.",
    );
}

/** The WWW-Authenticate of a 401: RFC 6750, and RFC 9470 where a token is valid but too old an authentication. */
export const challengeOf = ({ code }: Pick<AppError, "code">): string =>
  code === "auth.step_up_required"
    ? `Bearer error="insufficient_user_authentication", max_age="${stepUpSeconds}"`
    : "Bearer";
