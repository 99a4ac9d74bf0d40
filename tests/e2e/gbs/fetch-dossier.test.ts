import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Debt } from "#modules/gbs/contract";
import { rotateKey } from "#platform/keyring/keyring";
import { custodyOf, dossierAnswer, dossierOf, headsMailedTo } from "../../support/custody-api.ts";
import {
  openTestSigner,
  packed,
  runVerifier,
  sealed,
  sha256Of,
  unpacked,
  verifyDossier,
} from "../../support/dossiers.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { describeWith } from "../../support/programs.ts";
import type { TestApp } from "../../support/test-app.ts";

const directory = mkdtempSync(join(tmpdir(), "fintrack-dossiers-"));
const keyringFile = join(directory, "keyring.json");
let app: TestApp;
let pair: DebtPair;
/** Settled, amended once, with texts of both parties in it. */
let debt: Debt;
let zip: Buffer;
beforeAll(async () => {
  app = await openDebtsApp({ environment: { KEYRING_FILE: keyringFile } });
  pair = await debtPair(app);
  debt = await settled();
  zip = await dossierOf(app, pair.lender, debt);
}, 180_000);
afterAll(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

async function settled(): Promise<Debt> {
  const { lender, borrower } = pair;
  const { id } = await pair.active();
  const part = { amount: { amount: "100.00", currency: "EUR" }, paidOn: "2026-09-18" };
  await borrower.done(id, "payments", { ...part, reference: "By bank, first part" });
  const [first] = (await lender.debt(id)).openPayments;
  await lender.done(id, `payments/${first?.id}/confirmation`);
  const terms = { amount: { amount: "250.00", currency: "EUR" }, dueOn: "2026-12-01" };
  const asked = { ...terms, description: "Deposit, a little less", reason: "As we talked" };
  await lender.done(id, "amendments", asked);
  const { openAmendment } = await borrower.debt(id);
  await borrower.done(id, `amendments/${openAmendment?.id}/acceptance`);
  await app.mails.run();
  const rest = { ...part, amount: { amount: "150.00", currency: "EUR" }, reference: "cash" };
  await borrower.done(id, "payments", rest);
  const [last] = (await lender.debt(id)).openPayments;
  await lender.done(id, `payments/${last?.id}/confirmation`);
  await app.mails.run();
  return lender.debt(id);
}

type Keys = { readonly keys: readonly { readonly fingerprint: string }[] };
const published = async () =>
  (
    await app.get<Keys & { readonly verifier: { readonly sha256: string } }>(
      "/.well-known/fintrack-keys.json",
    )
  ).body;
const fingerprints = async () => (await published()).keys.map(({ fingerprint }) => fingerprint);
const textOf = (bytes: Buffer, name: string) => (unpacked(bytes).get(name) ?? "").toString();

describe("200", () => {
  test("is a zip with all of the debt, made for one of its parties, that nobody keeps", async () => {
    const answer = await dossierAnswer(app, pair.borrower, debt.id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/zip");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="dossier-${debt.id}.zip"`,
    );
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([...unpacked(bytes).keys()]).toEqual([
      ...["README.txt", "agreement-1.pdf", "agreement-2.pdf", "custody.jsonl", "keys.json"],
      ...["manifest.json", "manifest.sig", "receipt-2.pdf", "values.json", "verify.mjs"],
    ]);
    expect(JSON.parse(textOf(bytes, "manifest.json"))).toMatchObject({
      debt: debt.id,
      madeAt: app.clock.now(),
      madeFor: { role: "borrower", id: pair.borrower.user.id },
      chain: debt.custody,
    });
    for (const name of ["agreement-1.pdf", "receipt-2.pdf"])
      expect(textOf(bytes, name)).toStartWith("%PDF-");
  });

  test("is proven by the published key and every head that a mail has stated", async () => {
    const keys = await fingerprints();
    for (const party of [pair.lender, pair.borrower]) {
      const heads = await headsMailedTo(app, party);
      expect(heads.length).toBeGreaterThan(3);
      const bytes = await dossierOf(app, party, debt);
      expect(verifyDossier(bytes, { keys, heads }).faults).toEqual([]);
    }
  });

  test("holds the log as the API gives it, and the verifier whose hash is published", async () => {
    const log = textOf(zip, "custody.jsonl").trimEnd().split("\n");
    const listed = await custodyOf(pair.lender, debt);
    expect(log.map((line) => JSON.parse(line))).toEqual(
      listed.map(({ text: entry, hash, kid, signature }) => ({ entry, hash, kid, signature })),
    );
    expect(sha256Of(textOf(zip, "verify.mjs"))).toBe((await published()).verifier.sha256);
    expect(JSON.parse(textOf(zip, "keys.json")).keys).toEqual((await published()).keys);
  });

  test("discloses to nobody what is the other party's, nor its salt", async () => {
    const ofBorrower = await dossierOf(app, pair.borrower, debt);
    const disclosed = (bytes: Buffer): { name: string; value: string; salt: string }[] =>
      JSON.parse(textOf(bytes, "values.json"));
    const names = (bytes: Buffer) => new Set(disclosed(bytes).map(({ name }) => name));
    expect([...names(zip)].sort()).toEqual([
      ...["borrowerAddress", "description", "reason", "reference"],
    ]);
    const client = disclosed(ofBorrower).find(({ name }) => name === "client");
    expect(client?.value).toMatch(/^10\./);
    const everything = zip.toString("latin1");
    for (const secret of [client?.value ?? "", client?.salt ?? ""])
      expect(everything).not.toContain(secret);
  });

  test("explains itself in the reader's language, with where the keys are and where the log ends", async () => {
    const words = { en: "How to check it", de: "Wie Sie prüfen", tr: "Nasıl doğrulanır" };
    for (const [locale, expected] of [
      ["de-AT", words.de],
      ["tr-TR", words.tr],
      ["ja", words.en],
    ] as const) {
      await app.sql`update identity.users set locale = ${locale} where id = ${pair.lender.user.id}`;
      const readme = textOf(await dossierOf(app, pair.lender, debt), "README.txt");
      expect(readme).toContain(expected);
      expect(readme).toContain(`${app.url}/.well-known/fintrack-keys.json`);
      expect(readme).toContain(`${debt.custody.length}:${debt.custody.hash}`);
    }
    await app.sql`update identity.users set locale = 'en' where id = ${pair.lender.user.id}`;
  });

  test("is of one moment, whatever is recorded while it is sent", async () => {
    const other = await pair.active();
    const answer = await dossierAnswer(app, pair.lender, other.id);
    await pair.lender.done(other.id, "cancellations", { reason: "Forgotten" });
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(verifyDossier(bytes, { keys: await fingerprints() }).faults).toEqual([]);
    expect(JSON.parse(textOf(bytes, "manifest.json")).chain).toEqual(other.custody);
  });

  test("is there for an offer that nobody has answered, and says nothing of who has an account", async () => {
    const offered = await pair.offered();
    const { body } = await pair.lender.offer({
      ...{ borrowerAddress: "nobody-at-all@example.org", description: "Deposit for the flat" },
      ...{ amount: offered.terms.amount, dueOn: "2026-12-01" },
    });
    await app.mails.run();
    const keys = await fingerprints();
    const shapes = [];
    for (const one of [offered, body]) {
      const bytes = await dossierOf(app, pair.lender, one);
      expect(verifyDossier(bytes, { keys }).faults).toEqual([]);
      expect(textOf(bytes, "custody.jsonl")).not.toContain(pair.borrower.user.id);
      shapes.push([
        ...unpacked(bytes).keys(),
        ...(await custodyOf(pair.lender, one)).map(({ kind }) => kind),
      ]);
    }
    expect(shapes[0]).toEqual(shapes[1] ?? []);
  });
});

describe("what is changed in it is found", () => {
  test("any byte of the zip", async () => {
    const keys = await fingerprints();
    fc.assert(
      fc.property(fc.nat({ max: zip.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bytes = Buffer.from(zip);
        bytes[at] = (bytes[at] ?? 0) ^ by;
        expect(verifyDossier(bytes, { keys }).faults).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("any byte of any file in a zip made anew, by the file's name", async () => {
    const files = unpacked(zip);
    fc.assert(
      fc.property(
        fc.constantFrom(...files.keys()),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (name, place, by) => {
          const bytes = Buffer.from(files.get(name) ?? "");
          const at = place % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ by;
          const { faults } = verifyDossier(packed(new Map([...files, [name, bytes]])));
          expect(faults.some((fault) => fault.includes(name))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a whole dossier that somebody else has signed anew", async () => {
    const forger = openTestSigner();
    const files = unpacked(zip);
    const lines = textOf(zip, "custody.jsonl").trimEnd().split("\n");
    const signed = lines.map((line) => {
      const { entry, hash } = JSON.parse(line);
      const seal = forger.sign(Buffer.from(`fintrack-custody-v1\n${entry}`));
      return `${JSON.stringify({ entry, hash, ...seal })}\n`;
    });
    for (const name of ["manifest.json", "manifest.sig"]) files.delete(name);
    files.set("custody.jsonl", Buffer.from(signed.join("")));
    files.set("keys.json", Buffer.from(JSON.stringify({ keys: forger.publicKeys() })));
    const forged = packed(sealed(files, debt.custody, forger));
    const { faults } = verifyDossier(forged, { keys: await fingerprints() });
    expect(faults.join()).toContain(`you did not name it (${forger.fingerprint})`);
  });
});

describe.each(["node", "bun"])("its own verifier, under %s", (runtime) => {
  describeWith([runtime], "run far away from the server", () => {
    const program = () => unpacked(zip).get("verify.mjs");

    test("proves it, and ends with 0", async () => {
      const [key = ""] = await fingerprints();
      const { length, hash } = debt.custody;
      const args = ["--key", key, "--head", `${length}:${hash}`];
      const { code, output, complaint } = await runVerifier(runtime, zip, args, program());
      expect([code, complaint]).toEqual([0, ""]);
      expect(output).toContain("Documents: agreement-1.pdf, agreement-2.pdf, receipt-2.pdf");
      expect(output).toContain("  borrower  accepted\n");
    });

    test("ends with 2 without a key, and with 1 when a head is not in the log", async () => {
      expect((await runVerifier(runtime, zip, [], program())).code).toBe(2);
      const [key = ""] = await fingerprints();
      const later = ["--key", key, "--head", `${debt.custody.length + 1}:${"ab".repeat(32)}`];
      const { code, output } = await runVerifier(runtime, zip, later, program());
      expect(code).toBe(1);
      expect(output).toContain("of your head are missing");
    });
  });
});

describe("404", () => {
  test("for strangers, for whoever was offered it and is blocked, and for what there is not", async () => {
    const nothing = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
    const offered = await pair.offered();
    await app.sql`update gbs.debts set suppressed = true where id = ${offered.id}`;
    for (const [user, id] of [
      [pair.stranger, debt.id],
      [pair.borrower, offered.id],
      [pair.lender, nothing],
    ] as const) {
      const answer = await dossierAnswer(app, user, id);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: "gbs.debt_not_found" });
    }
  });
});

describe("503", () => {
  test("rather than half of it, when a document is missing or not as it was made", async () => {
    const other = await pair.active();
    const { id } = other;
    for (const [broken, mended] of [
      [app.sql`object_key = object_key || 'x'`, app.sql`object_key = rtrim(object_key, 'x')`],
      [app.sql`sha256 = reverse(sha256)`, app.sql`sha256 = reverse(sha256)`],
    ]) {
      await app.sql`update gbs.documents set ${broken ?? ""} where debt_id = ${id}`;
      const answer = await dossierAnswer(app, pair.lender, id);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: "gbs.file_unavailable" });
      await app.sql`update gbs.documents set ${mended ?? ""} where debt_id = ${id}`;
    }
    expect((await dossierAnswer(app, pair.lender, id)).status).toBe(200);
    await app.sql`delete from gbs.documents where debt_id = ${other.id}`;
    expect((await dossierAnswer(app, pair.lender, other.id)).status).toBe(503);
  });
});

describe("after the key was changed", () => {
  test("needs the fingerprints of both keys, and proves what both have signed", async () => {
    const other = await pair.active();
    const [old = ""] = await fingerprints();
    const { activeFrom } = rotateKey(keyringFile, "custody", { clock: app.clock });
    app.clock.set(activeFrom);
    app.clock.advance(31);
    await pair.lender.done(other.id, "cancellations", { reason: "Forgotten" });
    const keys = await fingerprints();
    expect(keys).toHaveLength(2);
    const bytes = await dossierOf(app, pair.lender, other);
    expect(verifyDossier(bytes, { keys }).faults).toEqual([]);
    for (const one of keys)
      expect(verifyDossier(bytes, { keys: [one] }).faults.join()).toContain("you did not name it");
    expect(keys).toContain(old);
  });
});
