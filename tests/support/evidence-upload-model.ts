import { segmentBytes } from "#modules/gbs/bounds";
import { longBytes, type ModelUpload, type SendAttempt, shortBytes } from "./evidence-acts.ts";

const uploadMs = 24 * 3_600_000;

/** Recordings of one debt on their way, as they must go. */
export function uploadModel(now: () => number) {
  const uploads: ModelUpload[] = [];
  const isOnItsWay = ({ state }: ModelUpload) => state === "receiving" || state === "checking";
  const isExpired = (upload: ModelUpload) =>
    upload.state === "receiving" && upload.expiresMs <= now();

  function sendStatus(upload: ModelUpload, { how, content }: SendAttempt): number {
    if (upload.state === "discarded" || isExpired(upload)) return 410;
    if (how === "elsewhere") return 409;
    if (upload.state !== "receiving") return 204;
    if (how === "too_little") return 422;
    const first = Math.floor(upload.offset / segmentBytes);
    if (first === 0 && content === "no_video") return 422;
    const bound = upload.segments.get(first);
    if (bound !== undefined && bound !== content) return 409;
    return how === "store_fails" ? 503 : 204;
  }
  const abandonStatus = ({ state }: ModelUpload) =>
    state === "receiving" || state === "checking" ? 204 : 410;

  function learnSent({ pick, how, content }: SendAttempt, status: number): void {
    const upload = uploads.at(-1 - pick);
    if (upload?.state !== "receiving" || isExpired(upload)) return;
    if (how === "elsewhere" || how === "too_little") return;
    const first = Math.floor(upload.offset / segmentBytes);
    if (status === 422) {
      discard(upload, "not_a_video");
      return;
    }
    if (status === 409) {
      discard(upload, "diverged");
      return;
    }
    const last = how === "all" ? Math.ceil(upload.lengthBytes / segmentBytes) - 1 : first;
    for (let index = first; index <= last; index += 1) upload.segments.set(index, content);
    if (how === "store_fails") return;
    upload.offset = Math.min(upload.lengthBytes, (last + 1) * segmentBytes);
    if (upload.offset === upload.lengthBytes) upload.state = "checking";
  }

  function discard(upload: ModelUpload | undefined, fault: string): void {
    if (!upload || !isOnItsWay(upload)) return;
    upload.state = "discarded";
    upload.fault = fault;
  }

  return {
    ...{ all: uploads, isOnItsWay, isExpired, sendStatus, abandonStatus, learnSent, discard },
    isAnyOnItsWay: () => uploads.some((upload) => isOnItsWay(upload) && !isExpired(upload)),
    newest: (pick: number): ModelUpload | undefined => uploads.at(-1 - pick),
    begin(id: string, isLong: boolean): void {
      uploads.push({
        ...{ id, lengthBytes: isLong ? longBytes : shortBytes, expiresMs: now() + uploadMs },
        ...{ offset: 0, state: "receiving", fault: null, segments: new Map() },
      });
    },
    expire(): void {
      for (const upload of uploads) if (isExpired(upload)) discard(upload, "expired");
    },
    /** As its borrower alone is to be shown the last one: of those on their way, if there are any. */
    view() {
      const last = uploads.findLast(isOnItsWay) ?? uploads.at(-1);
      if (!last || last.state === "submitted") return null;
      const { id, offset: offsetBytes, state, fault } = last;
      const shown = isExpired(last) ? { state: "discarded", fault: "expired" } : { state, fault };
      return { id, offsetBytes, ...shown };
    },
  };
}
