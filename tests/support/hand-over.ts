import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Debt, DebtEvidence } from "#modules/gbs/contract";
import { decryptStream } from "#platform/age/streams";
import type { Id } from "#platform/kernel/ids";
import { type AgeRun, identityFile, runAge } from "./age-program.ts";
import { evidencePair } from "./evidence.ts";
import { type DebtUser, debtUser, expected } from "./gbs.ts";
import { fullChecklist, operatorVerbs, played } from "./operators.ts";
import type { TestApp } from "./test-app.ts";

/** With an end that the clock reaches by itself only after years. */
export const farOffer = { plan: undefined, dueOn: "2030-01-01" };

export type Revealed = {
  readonly evidenceId: Id;
  readonly key: string;
  readonly generation: number;
};
export type Approved = { readonly debt: Debt; readonly evidenceId: Id; readonly video: Uint8Array };

/** What the lender of a debt does with its recording. */
export const keyVerbs = ({ post, put }: Pick<DebtUser, "post" | "put">) => ({
  reveal: (id: string) => post<Revealed>(`/v1/debts/${id}/evidence/key`),
  acknowledge: (id: string, key: string) =>
    post<{ generation: number; acknowledgedAt: string; sealedAt: string | null }>(
      `/v1/debts/${id}/evidence/key-acknowledgement`,
      { key },
    ),
  unlock: (id: string, key: string) =>
    post<{ playbackId: string; token: string }>(`/v1/debts/${id}/evidence/playback`, { key }),
  name: (id: string, recipient: string) =>
    put<{ challenge: string }>(`/v1/debts/${id}/evidence/recipient`, { recipient }),
  prove: (id: string, proof: string) =>
    post<{ provenAt: string }>(`/v1/debts/${id}/evidence/recipient/proof`, { proof }),
  check: (id: string) => post<{ evidenceId: string }>(`/v1/debts/${id}/evidence/integrity-checks`),
});

export type HandOverWorld = Awaited<ReturnType<typeof handOverWorld>>;

/** A lender, a borrower, an operator, and recordings between them. */
export async function handOverWorld(api: TestApp) {
  const pair = await evidencePair(api);
  const operator = await debtUser(api, { roles: ["operator"], displayName: "Ola Operator" });
  const review = operatorVerbs(operator);
  const lender = keyVerbs(pair.lender);

  async function decided(evidenceId: string, decision: string): Promise<void> {
    expected(200, await review.claim(evidenceId));
    await played(api, review, evidenceId);
    const reason = decision === "approve" ? {} : { reason: "The face is not visible." };
    const body = { decision, checklist: fullChecklist, ...reason };
    expected(200, await operator.post(`/v1/admin/evidence/${evidenceId}/decision`, body));
    await api.mails.run();
  }
  /** Limits are for other tests: a lender offers but so much a day. */
  const submitted = async (asked: Parameters<typeof pair.submitted>[0] = {}): Promise<Approved> => {
    await api.sql`delete from platform.attempts`;
    return pair.submitted({ offer: farOffer, ...asked });
  };
  async function approved(asked: Parameters<typeof pair.submitted>[0] = {}): Promise<Approved> {
    const made = await submitted(asked);
    await decided(made.evidenceId, "approve");
    return { ...made, debt: await pair.lender.debt(made.debt.id) };
  }
  const reveal = async ({ debt }: Pick<Approved, "debt">): Promise<Revealed> =>
    expected(201, await lender.reveal(debt.id));
  /** The key that opens it, and nothing else does. */
  async function seal(made: Pick<Approved, "debt">): Promise<Revealed> {
    const shown = await reveal(made);
    expected(200, await lender.acknowledge(made.debt.id, shown.key));
    await api.mails.run();
    return shown;
  }
  return {
    ...{ pair, operator, review, lender, decided, submitted, approved, reveal, seal },
    /** As if nobody had paid, and its lender had said so. */
    async declareDefault({ debt }: Pick<Approved, "debt">): Promise<void> {
      await api.sql`update gbs.debts set state = 'defaulted', defaulted_at = ${api.clock.now()}
        where id = ${debt.id}`;
    },
    /** As the lender is shown it. */
    async item({ debt, evidenceId }: Pick<Approved, "debt" | "evidenceId">) {
      const { items }: DebtEvidence = await pair.evidenceOf(pair.lender, debt.id);
      const found = items.find(({ id }) => id === evidenceId);
      if (!found) throw new Error("a recording is not shown");
      return found;
    },
  };
}

/** A file as somebody gets it. */
export async function fetchedFile(
  { url }: Pick<TestApp, "url">,
  user: Pick<DebtUser, "token">,
  path: string,
  body?: object,
  method = body ? "POST" : "GET",
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await user.token()}`,
      "x-forwarded-for": "10.9.9.9",
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

/** What the standard program opens a file to, with a passphrase or an identity; null with what it says when it does not. */
export async function openedByAge(
  file: Uint8Array,
  by: { readonly passphrase: string } | { readonly identity: string },
): Promise<AgeRun & { readonly opened: Uint8Array | null }> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-age-"));
  try {
    const [sealed, out] = [join(directory, "evidence.age"), join(directory, "out")];
    await Bun.write(sealed, file);
    const run =
      "passphrase" in by
        ? await runAge(["-d", "-o", out, sealed], [by.passphrase])
        : await runAge([
            ...["-d", "-i", await identityFile(directory, by.identity)],
            ...["-o", out, sealed],
          ]);
    const opened = run.code === 0 && existsSync(out) ? await Bun.file(out).bytes() : null;
    return { ...run, opened };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What the owner of an identity finds in a challenge. */
export async function answerTo(challenge: string, identity: string): Promise<string> {
  async function* file() {
    yield new Uint8Array(Buffer.from(challenge, "base64"));
  }
  return Buffer.concat(await Array.fromAsync(decryptStream(file(), identity))).toString();
}
