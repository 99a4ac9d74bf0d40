import { join } from "node:path";
import { newIdentity } from "../../src/platform/age/identities.ts";
import { decryptStream } from "../../src/platform/age/streams.ts";
import { eventually } from "../../tests/support/eventually.ts";
import type { Client } from "./client.ts";

type Debt = { readonly id: string };
type Upload = { readonly id: string };
type Evidence = {
  readonly items: readonly {
    readonly id: string;
    readonly state: string;
    readonly access: string;
    readonly integrity: { readonly intact: boolean } | null;
  }[];
};

const video = join(import.meta.dir, "../../tests/fixtures/videos/plain.webm");
const handledTimeoutMs = 60_000;
const checklist = { faceVisible: true, sentenceSpoken: true, wordsMatch: true, unedited: true };
const inTheDark = {
  checklist: { ...checklist, faceVisible: false },
  reason: "Gesicht im Dunkeln.",
};

/** What a borrower, an operator and a lender do with recordings. The last three: their access tokens. */
export function createRecordings(by: {
  readonly client: Client;
  readonly lends: string;
  readonly owes: string;
  readonly reviews: string;
}) {
  const { client, lends, owes, reviews } = by;
  const { send, tus } = client;
  const pathOf = ({ id }: Debt) => `/debts/${id}/evidence`;
  const evidenceOf = (debt: Debt) => send<Evidence>("GET", pathOf(debt), undefined, lends);
  /** The newest one, once it is as it is to be. */
  const item = (debt: Debt, what: string, isSo: (item: Evidence["items"][number]) => boolean) =>
    eventually(
      what,
      async () => (await evidenceOf(debt)).items.slice(0, 1).find(isSo),
      handledTimeoutMs,
    );
  const sealed = (debt: Debt) =>
    item(debt, "the recording is sealed", ({ access }) => access === "sealed");
  const begin = (debt: Debt, bytes: Uint8Array) =>
    tus<Upload>("POST", `${pathOf(debt)}/uploads`, owes, {
      headers: { "upload-length": String(bytes.length) },
    });

  return {
    evidenceOf,
    sealed,
    async accept({ id }: Debt): Promise<void> {
      const text = await send<{ version: string }>(
        "GET",
        "/gbs/recording-consent",
        undefined,
        owes,
      );
      const consent = { recordingConsent: text.version };
      await send("POST", `/debts/${id}/acceptance`, consent, owes);
    },

    /** One upload that is given up, and one that does not come to its end. */
    async beginTwice(debt: Debt): Promise<void> {
      const bytes = await Bun.file(video).bytes();
      await send("POST", `${pathOf(debt)}/sentences`, {}, owes); // acceptance has drawn the first
      const { id } = await begin(debt, bytes);
      await tus("DELETE", `/evidence-uploads/${id}`, owes);
      await begin(debt, bytes);
    },

    /** Until it waits for an operator. */
    async record(debt: Debt): Promise<void> {
      const bytes = await Bun.file(video).bytes();
      const { id } = await begin(debt, bytes);
      await tus("PATCH", `/evidence-uploads/${id}`, owes, {
        headers: { "content-type": "application/offset+octet-stream", "upload-offset": "0" },
        body: bytes,
      });
      await item(debt, "the recording is read back", ({ state }) => state === "submitted");
    },

    /** Claims it, watches the beginning, and decides. */
    async decide(debt: Debt, decision: "approve" | "send_back"): Promise<void> {
      const { id } = await item(debt, "there is a recording", () => true);
      const path = `/admin/evidence/${id}`;
      await send("POST", `${path}/claim`, undefined, reviews);
      type Started = { playbackId: string; token: string };
      const { playbackId, token } = await send<Started>(
        ...(["POST", `${path}/playback`, undefined, reviews] as const),
      );
      await client.watch(playbackId, token);
      const why = decision === "approve" ? { checklist } : inTheDark;
      await send("POST", `${path}/decision`, { decision, ...why }, reviews);
    },

    /** Gives the key that the lender is shown. */
    async reveal(debt: Debt): Promise<string> {
      return (await send<{ key: string }>("POST", `${pathOf(debt)}/key`, undefined, lends)).key;
    },

    /** The key is typed back; then nobody else opens the recording. Both want to know that it is whole. */
    async seal(debt: Debt, key: string): Promise<void> {
      await send("POST", `${pathOf(debt)}/key-acknowledgement`, { key }, lends);
      await sealed(debt);
      await send("POST", `${pathOf(debt)}/integrity-checks`, undefined, lends);
      await item(debt, "the recording is checked", ({ integrity }) => integrity?.intact === true);
    },

    /** The lender has a key of his own, and proves it. */
    async nameRecipient(debt: Debt): Promise<void> {
      const { identity, recipient } = await newIdentity();
      const path = `${pathOf(debt)}/recipient`;
      const named = await send<{ challenge: string }>("PUT", path, { recipient }, lends);
      async function* file() {
        yield new Uint8Array(Buffer.from(named.challenge, "base64"));
      }
      const proof = Buffer.concat(await Array.fromAsync(decryptStream(file(), identity)));
      await send("POST", `${path}/proof`, { proof: proof.toString() }, lends);
    },
  };
}
