import type { Tx } from "../db/database.ts";
import type { RequestContext } from "../kernel/context.ts";
import type { Id } from "../kernel/ids.ts";

/** Languages that people are told things in; the first is the one for everybody else. */
export const mailLocales = ["en", "tr", "de"] as const;
export type MailLocale = (typeof mailLocales)[number];

/** Somebody who has an account, or somebody who has none yet. `locale` is a BCP 47 tag ("tr-TR"). */
export type Recipient =
  | { readonly userId: Id }
  | { readonly name: string; readonly address: string; readonly locale: string };

/** What a message says; `{name}` stands for a datum of that name. Rendered as HTML and as plain text. */
export type NotificationText = {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Shown large, to be typed. */
  readonly code?: string;
  /** A button; `url` is given as `{name}` of a datum. */
  readonly action?: { readonly label: string; readonly url: string };
  /** After the code or button. */
  readonly closing?: readonly string[];
};

/** One kind of message. Its name is `module.what_happened`. */
export type NotificationDefinition = {
  /** What people may switch off; null = they may not (it is about their security). */
  readonly category: NotificationCategory | null;
  /** A message that could not be sent for so long is not sent any more. */
  readonly expiresAfterSeconds: number;
  /**
   * Names of its data. Some are values that are written out in the reader's language and time zone (written-data.ts):
   * `time`, an instant (ISO 8601); `day`, a LocalDate; `money` and `outstanding`, "1250.00 EUR"; `person`, what somebody
   * calls himself; `address`, a mail address that the reader has given us.
   */
  readonly data: readonly string[];
  readonly texts: Readonly<Record<MailLocale, NotificationText>>;
};

/** What people may switch off. Grows with the modules that have something to tell. */
export const notificationCategories = ["sign_ins", "plan", "budgets", "reports", "debts"] as const;
export type NotificationCategory = (typeof notificationCategories)[number];

type Definitions = Readonly<Record<string, NotificationDefinition>>;
type DataOf<D extends NotificationDefinition> = Readonly<Record<D["data"][number], string>>;

/**
 * Tells somebody something, in the writer's own transaction: committed with it or never seen. What is told travels
 * sealed under the keyring until it is sent or has expired.
 */
export type Notify<D extends Definitions> = <K extends keyof D & string>(
  tx: Tx,
  kind: K,
  recipient: Recipient,
  data: DataOf<D[K]>,
) => Promise<void>;

export type Notifications = {
  /** Makes a module's kinds known. Throws when one is declared twice. */
  declare<const D extends Definitions>(definitions: D): Notify<D>;
};

/** How to reach somebody who has an account; answered by identity. */
export type NotifiedUser = {
  readonly userId: Id;
  readonly name: string;
  readonly address: string;
  /** BCP 47. */
  readonly locale: string;
  /** IANA name: times in messages are written out for it. */
  readonly timeZone: string;
  readonly muted: readonly NotificationCategory[];
};
/** Users that do not exist are left out. At most 1,000. */
export type FindNotifiedUsers = (
  ctx: RequestContext,
  input: { readonly userIds: readonly Id[] },
) => Promise<readonly NotifiedUser[]>;
