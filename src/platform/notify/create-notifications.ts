import { addSeconds } from "../kernel/time.ts";
import type { NotificationDeps } from "./deps.ts";
import type { NotificationDefinition, Notifications, Notify } from "./notifications.ts";
import { sealMessage } from "./sealed-message.ts";
import { sendJob, sendJobName } from "./send-job.ts";

/**
 * The ways to tell people something, and the job that does it. Every message is sent at least once, unless it expires
 * before a server takes it, its reader has switched its category off or is gone, or the server refuses it for good.
 */
export function createNotifications(deps: NotificationDeps) {
  const { jobs, keyring, clock } = deps;
  const definitions = new Map<string, NotificationDefinition>();

  const notifications: Notifications = {
    declare(added) {
      for (const [kind, definition] of Object.entries(added)) {
        if (definitions.has(kind)) throw new Error(`the notification ${kind} is declared twice`);
        definitions.set(kind, definition);
      }
      const notify: Notify<typeof added> = async (tx, kind, recipient, data) => {
        const definition = added[kind];
        if (!definition) throw new Error(`the notification ${kind} is not declared`);
        const expiresAt = addSeconds(clock.now(), definition.expiresAfterSeconds);
        const message = { recipient, data };
        await jobs.enqueue(tx, sendJobName, sealMessage(keyring, { kind, expiresAt }, message));
      };
      return notify;
    },
  };
  return {
    notifications,
    jobs: [sendJob({ ...deps, definitionOf: (kind) => definitions.get(kind) })],
  };
}
