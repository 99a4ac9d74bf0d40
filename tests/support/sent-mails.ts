import type { ConnectionSettings } from "#platform/db/connection";
import type { JobRegistry } from "#platform/jobs/registry";
import type { MailServer, ReceivedMail } from "./mail-server.ts";
import { runJobs } from "./run-jobs.ts";

/** What an application has mailed. Every question first runs the jobs that wait. */
export type SentMails = {
  /** The mail server that the application sends to, with its knobs. */
  readonly server: MailServer;
  /** To the queue, for a run of one's own. */
  readonly connection: ConnectionSettings;
  /** Runs the jobs that wait; gives why some failed. */
  run(): Promise<readonly unknown[]>;
  /** All to this address, the oldest first. */
  to(address: string): Promise<readonly ReceivedMail[]>;
  /** The newest to this address; throws when there is none. */
  newest(address: string): Promise<ReceivedMail>;
  /** The code in the newest mail to this address; throws when there is none. */
  codeFor(address: string): Promise<string>;
  /** The link in the newest mail to this address; throws when there is none. */
  linkFor(address: string): Promise<URL>;
};

export function createSentMails(deps: {
  readonly server: MailServer;
  readonly connection: ConnectionSettings;
  readonly registry: JobRegistry;
}): SentMails {
  const { server, connection, registry } = deps;

  async function run(): Promise<readonly unknown[]> {
    const ran = await runJobs({ connection, registry });
    return ran.flatMap(({ error }) => (error === undefined ? [] : [error]));
  }
  async function newest(address: string): Promise<ReceivedMail> {
    const failures = await run();
    const mail = server.to(address).at(-1);
    if (mail) return mail;
    throw new Error(`there is no mail to ${address}`, { cause: failures });
  }
  return {
    ...{ server, connection, run, newest },
    async to(address) {
      await run();
      return server.to(address);
    },
    async codeFor(address) {
      const { text } = await newest(address);
      const code = /^\s*(\d{6})\s*$/m.exec(text)?.[1];
      if (code === undefined) throw new Error(`the newest mail to ${address} holds no code`);
      return code;
    },
    async linkFor(address) {
      const { text } = await newest(address);
      const link = /^\s*(https?:\/\/\S+)\s*$/m.exec(text)?.[1];
      if (link === undefined) throw new Error(`the newest mail to ${address} holds no link`);
      return new URL(link);
    },
  };
}
