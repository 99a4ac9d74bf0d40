import type { GbsDeps } from "../deps.ts";

/** What anybody needs who verifies a dossier, or wants to be sure of the verifier in it. */
export const publishKeys = ({
  custodySigner,
  verifier: { name, sha256 },
}: Pick<GbsDeps, "custodySigner" | "verifier">) => ({
  keys: custodySigner.publicKeys(),
  verifier: { name, sha256 },
});
