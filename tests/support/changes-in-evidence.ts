import type { EvidenceUpload } from "#modules/gbs/contract";
import { newIdentity } from "#platform/age/identities";
import { consentVersion, videoFile } from "./evidence.ts";
import { type DebtPair, debtPair, debtUser, expected } from "./gbs.ts";
import { answerTo, farOffer, keyVerbs } from "./hand-over.ts";
import { operatorVerbs, played } from "./operators.ts";
import type { TestApp } from "./test-app.ts";

/** Everything that parties and operators can do about a recording, once and with success; new debts need none by themselves. */
export async function changeEvidence(api: TestApp): Promise<void> {
  const pair = await debtPair(api);
  const { id, evidenceId } = await record(api, pair);
  await review(api, evidenceId);
  const lender = keyVerbs(pair.lender);
  const { key } = expected(201, await lender.reveal(id));
  expected(200, await pair.lender.post(`/v1/debts/${id}/evidence/key-card`, { key }));
  expected(200, await lender.acknowledge(id, key));
  await api.mails.run();
  expected(202, await lender.check(id));
  await api.sql`update gbs.debts set state = 'defaulted', defaulted_at = ${api.clock.now()}
    where id = ${id}`;
  expected(201, await lender.unlock(id, key));
  await nameRecipient(api, pair);
}

/** Offered, and brought to a borrower who is asked for a recording. */
async function offered(api: TestApp, pair: DebtPair): Promise<string> {
  const { id } = await pair.offered(farOffer);
  await api.sql`update gbs.debts set evidence = 'video' where id = ${id}`;
  return id;
}

async function accepted(api: TestApp, pair: DebtPair): Promise<string> {
  const { borrower } = pair;
  const id = await offered(api, pair);
  const recordingConsent = await consentVersion(borrower);
  await borrower.done(id, "acceptance", { recordingConsent });
  return id;
}

async function record(api: TestApp, pair: DebtPair) {
  const { borrower } = pair;
  await borrower.done(await accepted(api, pair), "evidence/consent/withdrawal");
  const id = await accepted(api, pair);
  expected(201, await borrower.post(`/v1/debts/${id}/evidence/sentences`));
  const video = await videoFile("plain.mp4");
  const tus = async (method: string, path: string, headers = {}, body: Uint8Array | null = null) =>
    api.request<EvidenceUpload>(path, {
      ...{ method, body: body && new Uint8Array(body) },
      headers: {
        ...{ authorization: `Bearer ${await borrower.token()}`, "tus-resumable": "1.0.0" },
        ...headers,
      },
    });
  const begin = async () =>
    expected(
      201,
      await tus("POST", `/v1/debts/${id}/evidence/uploads`, {
        "upload-length": String(video.length),
      }),
    ).id;
  expected(204, await tus("DELETE", `/v1/evidence-uploads/${await begin()}`));
  const evidenceId = await begin();
  const sent = { "upload-offset": "0", "content-type": "application/offset+octet-stream" };
  expected(204, await tus("PATCH", `/v1/evidence-uploads/${evidenceId}`, sent, video));
  await api.runJob("gbs.finish_upload", { uploadId: evidenceId });
  return { id, evidenceId };
}

async function review(api: TestApp, evidenceId: string): Promise<void> {
  const operator = operatorVerbs(await debtUser(api, { roles: ["operator"] }));
  expected(200, await operator.claim(evidenceId));
  expected(204, await operator.giveBack(evidenceId));
  expected(200, await operator.claim(evidenceId));
  await played(api, operator, evidenceId);
  expected(200, await operator.decide(evidenceId, "approve"));
}

async function nameRecipient(api: TestApp, pair: DebtPair): Promise<void> {
  const id = await offered(api, pair);
  const { identity, recipient } = await newIdentity();
  const lender = keyVerbs(pair.lender);
  const { challenge } = expected(200, await lender.name(id, recipient));
  expected(200, await lender.prove(id, await answerTo(challenge, identity)));
}
