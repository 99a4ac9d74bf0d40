import { and, count, desc, eq, gte } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Sentence } from "../contract.ts";
import { recordingConsents, sentences } from "./evidence-tables.ts";

export type StoredConsent = typeof recordingConsents.$inferSelect;

export type SentenceRepository = ReturnType<typeof createSentenceRepository>;

/** What borrowers agreed to before they were recorded, and what they are asked to say. */
export function createSentenceRepository() {
  return {
    async addConsent(tx: Tx, consent: StoredConsent): Promise<void> {
      await tx.insert(recordingConsents).values(consent);
    },

    async consent(reader: Reader, debtId: Id): Promise<StoredConsent | undefined> {
      const [row] = await reader
        .select()
        .from(recordingConsents)
        .where(eq(recordingConsents.debtId, debtId));
      return row;
    },

    async add(tx: Tx, debtId: Id, sentence: Sentence, drawnAt: Instant): Promise<void> {
      await tx.insert(sentences).values({ ...sentence, debtId, drawnAt });
    },

    /** The last one that was drawn, over or not. */
    async last(reader: Reader, debtId: Id): Promise<Sentence | undefined> {
      const [row] = await reader
        .select(columns)
        .from(sentences)
        .where(eq(sentences.debtId, debtId))
        .orderBy(desc(sentences.drawnAt), desc(sentences.id))
        .limit(1);
      return row;
    },

    async find(reader: Reader, id: Id): Promise<Sentence | undefined> {
      const [row] = await reader.select(columns).from(sentences).where(eq(sentences.id, id));
      return row;
    },

    async countSince(reader: Reader, debtId: Id, since: Instant): Promise<number> {
      const [row] = await reader
        .select({ all: count() })
        .from(sentences)
        .where(and(eq(sentences.debtId, debtId), gte(sentences.drawnAt, since)));
      return row?.all ?? 0;
    },
  };
}

const columns = {
  ...{ id: sentences.id, text: sentences.text, words: sentences.words },
  ...{ language: sentences.language, day: sentences.day, expiresAt: sentences.expiresAt },
};
