import type { RequestContext } from "#platform/kernel/context";
import { invalidField, readAll } from "#platform/kernel/errors";
import { parseLocale } from "#platform/kernel/locale";
import type { CurrencyCode } from "#platform/kernel/money";
import type { IdentityDeps, NotificationCategory } from "../deps.ts";
import { parseDisplayName } from "../domain/display-name.ts";
import { displayNameKey } from "../domain/display-name-key.ts";
import { muteCategories } from "../domain/profile.ts";
import { parseTimeZone } from "../domain/time-zone.ts";
import { identityErrors } from "../errors.ts";
import { type OwnProfile, type ProfileDeps, profileOf } from "./get-profile.ts";
import { ownUserId } from "./own-user.ts";

type Deps = ProfileDeps & Pick<IdentityDeps, "clock" | "isCurrency">;

/** A field that is absent stays as it is. */
export type UpdateProfileInput = {
  readonly displayName?: string | undefined;
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly baseCurrency?: string | undefined;
  /** By category; false switches it off, absent leaves it. */
  readonly notifications?:
    | { readonly [C in NotificationCategory]?: boolean | undefined }
    | undefined;
};

/** Changes all of what is given or, when some of it is faulty, nothing: 422 naming every faulty field. */
export async function updateProfile(
  deps: Deps,
  ctx: RequestContext,
  input: UpdateProfileInput,
): Promise<OwnProfile> {
  const userId = ownUserId(ctx);
  const changes = readAll({
    displayName: () => given(input.displayName, parseDisplayName, "/displayName"),
    locale: () => given(input.locale, parseLocale, "/locale"),
    timeZone: () => given(input.timeZone, parseTimeZone, "/timeZone"),
    baseCurrency: () => given(input.baseCurrency, currencyOf(deps), "/baseCurrency"),
  });
  const { notifications = {} } = input;
  const at = deps.clock.now();
  await deps.db.transact(ctx, async (tx) => {
    const muted = await deps.profiles.lockMutedCategories(tx, userId);
    if (!muted) throw identityErrors.fail("user_not_found", "There is no such user.");
    const { displayName } = changes;
    const change = {
      ...changes,
      displayNameKey: displayName === undefined ? undefined : displayNameKey(displayName),
      mutedCategories: muteCategories(muted, notifications),
    };
    await deps.profiles.change(tx, userId, change, at);
  });
  return profileOf(deps, ctx, { userId });
}

const given = <T>(
  value: string | undefined,
  parse: (text: string, path: string) => T,
  path: string,
): T | undefined => (value === undefined ? undefined : parse(value, path));

const currencyOf =
  ({ isCurrency }: Pick<IdentityDeps, "isCurrency">) =>
  (code: string, path: string): CurrencyCode => {
    if (!isCurrency(code)) throw invalidField(path, "Is not a currency that we know.");
    return code as CurrencyCode;
  };
