import { t } from "elysia";
import { text } from "#platform/http/schemas";
import { code } from "./second-factor-schemas.ts";

/** UTF-16 units: 128 characters may be twice as many. The policy counts characters. */
const maxPasswordUnits = 256;
const maxAddressUnits = 320;
const maxTokenUnits = 256;

const password = (description: string) =>
  text(maxPasswordUnits, { minLength: 1, description, examples: ["plum-orbit-tundra-77"] });

export const stepUpBody = t.Object(
  {
    password: t.Optional(password("Of accounts without a second factor.")),
    code: t.Optional(code("Of the authenticator app, or a recovery code.", "492039")),
  },
  { description: "Exactly one of both." },
);

export const steppedUp = t.Object({
  accessToken: t.String({
    description: "A JWT in place of the one that you have. The refresh token stays.",
    examples: ["eyJhbGciOiJFZERTQSJ9..."],
  }),
  tokenType: t.Literal("Bearer"),
  expiresInSeconds: t.Integer({ examples: [900] }),
});

export const changePasswordBody = t.Object({
  currentPassword: password("The present one."),
  newPassword: password("At least 10 characters, not common, not made of your name or address."),
});

export const requestPasswordResetBody = t.Object({
  email: text(maxAddressUnits, { minLength: 3, examples: ["emir@example.org"] }),
});

export const redeemPasswordResetBody = t.Object({
  token: text(maxTokenUnits, {
    minLength: 1,
    description: "What stands after `#token=` in the mailed link.",
    examples: ["mF_9B5f-41JqM6hQx0sZ3kR8vT2nY7uW1cD5eA4gLx0"],
  }),
  password: password("At least 10 characters, not common, not made of your name or address."),
});
