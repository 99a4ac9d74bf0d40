import type { NotificationText } from "#platform/notify/notifications";

/** What to do about a change that somebody else made; ends every mail about the account's security. */
const ifNotYou =
  "If this was not you, reset your password at once with “Forgot password” and sign out all other devices in your settings.";

/** English, which also names the kinds that the other languages must have. */
export const en = {
  "identity.registration_code": {
    subject: "Your confirmation code",
    paragraphs: [
      "Welcome to FinTrack! Type this code where you are signing up, and your account is ready:",
    ],
    code: "{code}",
    closing: [
      "The code is valid for {minutes} minutes. Nobody from FinTrack will ever ask you for it, so please share it with no one.",
      "If you did not want to sign up, simply ignore this mail: without the code no account is made.",
    ],
  },
  "identity.address_in_use": {
    subject: "You already have a FinTrack account",
    paragraphs: [
      "Somebody, probably you, just tried to sign up at FinTrack with this mail address. It already has an account, so nothing was changed.",
      "Just sign in as usual. Should you have forgotten your password, choose “Forgot password” there and you will get a link to set a new one.",
    ],
    closing: ["If this was not you, there is nothing to do: your account is safe."],
  },
  "identity.new_sign_in": {
    subject: "New sign-in to your account",
    paragraphs: [
      "Your FinTrack account was signed in to on {time}.",
      "Device: {device}",
      "Internet address: {client}",
    ],
    closing: ["If this was you, all is well.", ifNotYou],
  },
  "identity.password_reset": {
    subject: "Set a new password",
    paragraphs: [
      "We were asked to reset the password of your FinTrack account. Choose a new one here:",
    ],
    action: { label: "Set a new password", url: "{link}" },
    closing: [
      "The link is valid for {minutes} minutes and works once.",
      "If you did not ask for it, simply ignore this mail: your password stays as it is. Please do not pass the link on to anyone.",
    ],
  },
  "identity.password_changed": {
    subject: "Your password was changed",
    paragraphs: [
      "The password of your FinTrack account was changed on {time}. All other devices were signed out.",
    ],
    closing: ["If this was you, all is well.", ifNotYou],
  },
  "identity.second_factor_enabled": {
    subject: "Your second factor is set up",
    paragraphs: [
      "Since {time} signing in to your FinTrack account needs a code from your authenticator app as well. That keeps your account safe even if somebody learns your password.",
      "Please keep your recovery codes in a safe place: each opens your account once should you lose your device.",
    ],
    closing: [ifNotYou],
  },
  "identity.second_factor_disabled": {
    subject: "Your second factor was switched off",
    paragraphs: [
      "On {time} the second factor of your FinTrack account was switched off. Signing in now needs your password alone.",
      "You can set it up again in your settings at any time.",
    ],
    closing: [ifNotYou],
  },
  "identity.recovery_code_used": {
    subject: "A recovery code was used",
    paragraphs: [
      "On {time} one of the recovery codes of your FinTrack account was used in place of your authenticator app.",
      "Recovery codes left: {left}. You can make new ones in your settings.",
    ],
    closing: [ifNotYou],
  },
  "identity.recovery_codes_replaced": {
    subject: "You have new recovery codes",
    paragraphs: [
      "On {time} new recovery codes were made for your FinTrack account. The old ones do not work any more.",
    ],
    closing: [ifNotYou],
  },
  "identity.refresh_token_reused": {
    subject: "We signed out one of your devices",
    paragraphs: [
      "On {time} an old session key of one of your devices was used a second time. That can mean that somebody copied it, so we signed this device out to be on the safe side.",
      "Device: {device}",
      "Please sign in there again. If you do not know this device, or if this happens again, change your password and sign out all other devices in your settings.",
    ],
  },
  "identity.account_suspended": {
    subject: "Your account is suspended",
    paragraphs: [
      "Your FinTrack account was suspended. You cannot sign in at present, and all devices were signed out. Your data is kept.",
      "If you think that this is a mistake, please contact our support. We will look into it with you.",
    ],
  },
  "identity.account_restored": {
    subject: "Your account is open again",
    paragraphs: [
      "Good news: your FinTrack account is no longer suspended. You can sign in as usual, and everything is where you left it.",
      "If you cannot sign in, choose “Forgot password”, or contact our support.",
    ],
  },
  "identity.roles_changed": {
    subject: "Your roles were changed",
    paragraphs: [
      "An administrator changed the roles of your FinTrack account. Your roles are now: {roles}.",
      "Some roles count only once a second factor is set up; you can do that in your settings.",
    ],
    closing: ["If you did not expect this, please tell your administrator."],
  },
} as const satisfies Readonly<Record<string, NotificationText>>;

/** The texts of one language: each kind, and no other. */
export type IdentityTexts = Readonly<Record<keyof typeof en, NotificationText>>;
