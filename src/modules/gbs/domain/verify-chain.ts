import { canonicalJson } from "#platform/kernel/canonical-json";
import type { Id } from "#platform/kernel/ids";
import type { CustodyHead } from "../contract.ts";
import {
  type CustodyEntry,
  type CustodySeal,
  custodyVersion,
  firstHead,
  signedBytes,
  utf8,
} from "./custody.ts";

/** `seq`: the entry that is at fault, or that is missing. */
export type ChainFault = { readonly seq: number; readonly fault: string };

export type ChainChecks = Pick<CustodySeal, "sha256"> & {
  /** False also for a key that is not known. */
  isSigned(bytes: Uint8Array, by: Pick<CustodyEntry, "kid" | "signature">): boolean;
};

/**
 * Everything that is wrong with a debt's chain, from its first entry on; nothing when it is whole. Without a `head` that
 * was kept elsewhere, nobody can tell that entries are missing at its end.
 */
export function verifyChain(
  chain: {
    readonly debtId: Id;
    readonly entries: readonly CustodyEntry[];
    readonly head?: CustodyHead;
  },
  checks: ChainChecks,
): readonly ChainFault[] {
  const { debtId, entries, head } = chain;
  const faults: ChainFault[] = [];
  let { length, hash: prev }: CustodyHead = firstHead;
  for (const entry of entries) {
    const seq = length + 1;
    const hash = checks.sha256(utf8(entry.text));
    const found = faultsOf(entry, { debtId, seq, prev, hash }, checks);
    faults.push(...found.map((fault) => ({ seq, fault })));
    length = seq;
    prev = hash;
  }
  return [...faults, ...faultsOfHead(entries, head, length)];
}

function faultsOf(
  entry: CustodyEntry,
  place: {
    readonly debtId: Id;
    readonly seq: number;
    readonly prev: string;
    readonly hash: string;
  },
  checks: ChainChecks,
): readonly string[] {
  const stated = read(entry.text);
  if (!stated) return ["its text is no entry in canonical JSON"];
  const wrong: readonly (readonly [boolean, string])[] = [
    [stated["v"] !== custodyVersion, "it is of another version"],
    [stated["debt"] !== place.debtId, "it is of another debt"],
    [stated["seq"] !== place.seq, `it stands in place ${place.seq}, and is another one`],
    [stated["prev"] !== place.prev, "what it follows is not the entry before it"],
    [!isRowOf(entry, stated), "its row says something else than its text"],
    [entry.hash !== place.hash, "its hash is not that of its text"],
    [!isSigned(entry, checks), "it is not signed by a key of ours"],
  ];
  return wrong.filter(([isWrong]) => isWrong).map(([, fault]) => fault);
}

/** One signature has one spelling: what decodes to the same bytes is a change all the same. */
const isSigned = (entry: CustodyEntry, checks: ChainChecks): boolean =>
  /^[0-9a-f]{128}$/.test(entry.signature) && checks.isSigned(signedBytes(entry.text), entry);

const isRowOf = (entry: CustodyEntry, stated: Readonly<Record<string, unknown>>): boolean =>
  entry.seq === stated["seq"] && entry.at === stated["at"] && entry.kind === stated["kind"];

function faultsOfHead(
  entries: readonly CustodyEntry[],
  head: CustodyHead | undefined,
  length: number,
): readonly ChainFault[] {
  if (!head) return [];
  if (head.length > length)
    return [{ seq: length + 1, fault: `it is missing, as are all up to ${head.length}` }];
  const hash = head.length === 0 ? firstHead.hash : entries[head.length - 1]?.hash;
  return hash === head.hash ? [] : [{ seq: head.length, fault: "it is not the one of the head" }];
}

const members = "actor,at,data,debt,kind,prev,seq,v";

/** Undefined for every other spelling of what it says. */
function read(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || canonicalJson(value) !== text)
      return undefined;
    return Object.keys(value).sort().join() === members
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined; // no JSON at all
  }
}
