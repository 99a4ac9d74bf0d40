import { t } from "elysia";
import { cursor, id, instant, pageLimit, pageOf } from "#platform/http/schemas";
import { reason, record } from "./debt-schemas.ts";

export const block = record({
  id: id({ description: "Of the block." }),
  displayName: t.String({ description: "Of whom you want no offers.", examples: ["Leyla Aydın"] }),
  blockedAt: instant(),
});
export const blocksPage = pageOf(block);
export const blocksQuery = t.Object({ limit: pageLimit, cursor });
export const blockParams = t.Object({ id: id() });

export const abuseReport = record({
  id: id(),
  debtId: id(),
  reason,
  reportedAt: instant(),
});
