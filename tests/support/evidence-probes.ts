import { expect } from "bun:test";
import { recordingName } from "#modules/gbs/domain/dossier";
import { type ModelPlayback, type Person, people } from "./evidence-acts.ts";
import type { EvidenceWorld } from "./evidence-attempts.ts";
import { watch } from "./operators.ts";

/** What decides who is shown what, of a debt at one moment. */
export type EvidenceFacts = {
  readonly uploadIds: readonly string[];
  /** The newest first. */
  readonly items: readonly {
    readonly id: string;
    readonly isWaiting: boolean;
    /** Whose claim runs. */
    readonly claimedBy: Person | null;
  }[];
  readonly borrowerOperates: boolean;
  /** A key of the lender's may be made at present. */
  readonly isRevealing: boolean;
  /** Default is declared, a key was shown, and the recording is kept. */
  readonly isHandedOut: boolean;
  /** The key that opens it, if one was shown. */
  readonly key: string | undefined;
  readonly playbacks: readonly (Pick<
    ModelPlayback,
    "id" | "token" | "owner" | "bearer" | "evidenceId"
  > & { readonly isLive: boolean })[];
};

/** All ways to a recording are tried by everybody; nothing that they may not is given to them, and nothing changes by it. */
export async function expectShownToNobodyElse(
  world: EvidenceWorld,
  facts: EvidenceFacts,
  watched: (evidenceId: string) => Promise<Uint8Array>,
): Promise<void> {
  for (const playback of facts.playbacks) await probePlayback(world, facts, playback, watched);
  for (const person of people)
    await Promise.all([
      probeLendersWays(world, facts, person),
      probeOperatorsWays(world, facts, person),
      probeDossier(world, facts, person),
      probeUploads(world, facts, person),
    ]);
}

const outsiders = new Set<Person>(["operator", "otherOperator", "stranger"]);
const operates = (person: Person, { borrowerOperates }: EvidenceFacts) =>
  person === "operator" ||
  person === "otherOperator" ||
  (person === "borrower" && borrowerOperates);

async function probePlayback(
  { api, users }: EvidenceWorld,
  facts: EvidenceFacts,
  { isLive, ...playback }: EvidenceFacts["playbacks"][number],
  watched: (evidenceId: string) => Promise<Uint8Array>,
): Promise<void> {
  const statusOf = async (token: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await watch(
      api,
      { playbackId: playback.id, token },
      {
        ...{ range: "bytes=85000-85063", ...headers },
      },
    );
    const bytes = await response.bytes();
    if (response.status === 206) {
      const video = await watched(playback.evidenceId);
      expect(bytes).toEqual(video.slice(85_000, 85_064));
    }
    return response.status;
  };
  const right = isLive ? 206 : 404;
  const someoneElses = facts.playbacks.find(({ id }) => id !== playback.id)?.token ?? "";
  const found: Record<string, number> = {
    "with its token": await statusOf(playback.token),
    "with another token": await statusOf("A".repeat(playback.token.length)),
    "with the token of another playback": await statusOf(someoneElses),
  };
  const expected: Record<string, number> = {
    "with its token": right,
    "with another token": 404,
    "with the token of another playback": 404,
  };
  for (const person of people) {
    const bearer = await users[person].token();
    const name = `${person} with its token`;
    found[name] = await statusOf(playback.token, { authorization: `Bearer ${bearer}` });
    expected[name] = person === playback.owner && bearer === playback.bearer ? right : 404;
  }
  expect({ playback: playback.owner, isLive, ...found }).toEqual({
    ...{ playback: playback.owner, isLive, ...expected },
  });
}

/** What the lender alone does, by everybody who may not at present; whoever may, does it elsewhere. */
async function probeLendersWays(
  { users, id }: EvidenceWorld,
  { key = "22222-22222-22222-22222", isHandedOut, isRevealing }: EvidenceFacts,
  person: Person,
): Promise<void> {
  const user = users[person];
  const path = `/v1/debts/${id}/evidence`;
  const refused = outsiders.has(person) ? 404 : 409;
  const found: Record<string, number> = {};
  if (person !== "lender" || !isHandedOut) {
    found["file"] = (await user.get(`${path}/file`)).status;
    found["playback"] = (await user.post(`${path}/playback`, { key })).status;
  }
  if (person !== "lender" || !isRevealing) found["key"] = (await user.post(`${path}/key`)).status;
  if (person !== "lender") {
    found["key card"] = (await user.post(`${path}/key-card`, { key })).status;
    found["acknowledgement"] = (await user.post(`${path}/key-acknowledgement`, { key })).status;
  }
  const expected = Object.fromEntries(Object.keys(found).map((way) => [way, refused]));
  expect({ person, ...found }).toEqual({ person, ...expected });
}

async function probeOperatorsWays(
  { users }: EvidenceWorld,
  facts: EvidenceFacts,
  person: Person,
): Promise<void> {
  const user = users[person];
  const isParty = person === "borrower";
  const mayReview = operates(person, facts);
  const queue = await user.get<{ items: readonly { id: string }[] }>(
    "/v1/admin/evidence?limit=200",
  );
  expect({ person, queue: queue.status, code: queue.body.code }).toMatchObject({
    ...{ person, queue: mayReview ? 200 : 403 },
  });
  const listed = new Set(mayReview ? queue.body.items.map((item) => item.id) : []);
  for (const { id, isWaiting, claimedBy } of facts.items) {
    const found: Record<string, unknown> = {
      isListed: listed.has(id),
      item: (await user.get(`/v1/admin/evidence/${id}`)).status,
    };
    const expected: Record<string, unknown> = {
      isListed: mayReview && !isParty && isWaiting,
      item: mayReview ? (isParty ? 404 : 200) : 403,
    };
    if (claimedBy !== person || !isWaiting) {
      found["playback"] = (await user.post(`/v1/admin/evidence/${id}/playback`)).status;
      expected["playback"] = mayReview ? 409 : 403;
    }
    expect({ person, ...found }).toEqual({ person, ...expected });
  }
}

async function probeDossier(
  { api, users, id }: EvidenceWorld,
  { isHandedOut }: EvidenceFacts,
  person: Person,
): Promise<void> {
  const response = await fetch(`${api.url}/v1/debts/${id}/dossier`, {
    headers: { authorization: `Bearer ${await users[person].token()}` },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const found = {
    ...{
      person,
      status: response.status,
      hasRecording: bytes.includes(`"name":"${recordingName}"`),
    },
    isAge: bytes.includes("age-encryption.org/v1\n->"),
  };
  const hasRecording = person === "lender" && isHandedOut;
  expect(found).toEqual({
    ...{ person, status: outsiders.has(person) ? 404 : 200, hasRecording },
    isAge: hasRecording,
  });
}

async function probeUploads(
  { users, id }: EvidenceWorld,
  { uploadIds }: EvidenceFacts,
  person: Person,
): Promise<void> {
  if (person === "borrower") return;
  const seen = await users[person].get<{ sentence: unknown; upload: unknown }>(
    `/v1/debts/${id}/evidence`,
  );
  if (outsiders.has(person)) expect(seen.status).toBe(404);
  else expect(seen.body).toMatchObject({ sentence: null, upload: null });
  for (const uploadId of uploadIds.slice(-2))
    expect((await users[person].get(`/v1/evidence-uploads/${uploadId}`)).status).toBe(404);
}
