import type { Instant } from "../kernel/time.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { Recipient } from "./notifications.ts";

/** What the job row shows: nothing of whom and of what. */
export type SealedMessage = {
  readonly kind: string;
  readonly expiresAt: Instant;
  readonly sealed: string;
};
export type Message = {
  readonly recipient: Recipient;
  readonly data: Readonly<Record<string, string>>;
};

type Visible = Pick<SealedMessage, "kind" | "expiresAt">;
/** Bound to what stands beside it: a row cannot be made to say something else, or to last longer. */
const contextOf = ({ kind, expiresAt }: Visible): string => `${kind} ${expiresAt}`;

export const sealMessage = (
  keyring: Pick<Keyring, "seal">,
  visible: Visible,
  message: Message,
): SealedMessage => ({
  ...visible,
  sealed: keyring.seal("notification", JSON.stringify(message), contextOf(visible)),
});

/** null when it was not sealed under our keyring for this kind and expiry. */
export function openMessage(keyring: Pick<Keyring, "open">, sealed: SealedMessage): Message | null {
  const text = keyring.open("notification", sealed.sealed, contextOf(sealed));
  return text === null ? null : JSON.parse(text);
}
