import { t } from "elysia";
import { id, instant } from "#platform/http/schemas";
import { record } from "./debt-schemas.ts";

export const playbackParams = t.Object({ id: id({ description: "Of the playback." }) });

/** What whoever may watch gets. */
export const startedPlayback = record(
  {
    playbackId: id({ description: "Watch it at /v1/evidence-media/{playbackId}." }),
    token: t.String({
      pattern: "^[\\w-]{43}$",
      description:
        "Sent as `Playback-Token`. A browser's player in a page of our own origin needs none: it got a cookie with this answer. Elsewhere a HEAD of the recording gives it.",
      examples: ["3q2-7wQfW0n5cE0o8l1b0J8n6h5Q0wq1m2Zr3yT4x5U"],
    }),
    expiresAt: instant({ description: "Begin another playback then." }),
  },
  { description: "A playback that has begun." },
);
