import type { Job, Subscription } from "./jobs.ts";
import { deadLetterSuffix, maxExpireSeconds, subscriptionRetries } from "./queue-settings.ts";

/** What the registry reads of a module. */
export type JobSource = {
  readonly jobs: readonly Job[];
  readonly subscriptions: readonly Subscription[];
};

/** Every queue of the application: one per job and one per subscription. */
export type JobRegistry = {
  /** Called once, with all modules. Throws when a name is malformed or taken, or an event is heard that nobody declares. */
  register(sources: readonly JobSource[]): void;
  /** Makes an event known; publishing another throws. Called where the module's `Events` are made. */
  declareEvents(names: readonly string[]): void;
  /** Subscriptions included, each as the job that its queue runs. */
  queues(): readonly Job[];
  /** Throws when no job or subscription has the name. */
  queue(name: string): Job;
  /** The queues that hear the event, in the order of the modules; throws when nobody declared the event. */
  subscribers(event: string): readonly string[];
};

const queueName = /^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/;
const eventName = /^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*\.v[1-9]\d*$/;
const maxNameLength = 100;
/** What is tried every half minute for a week. */
const maxRetries = 30_000;
const dayInSeconds = 86_400;

/** The composition root makes it first, hands it to {@link openJobs} and the modules, and fills it when they exist. */
export function createJobRegistry(): JobRegistry {
  const events = new Set<string>();
  const hearers = new Map<string, string[]>();
  let queues: Map<string, Job> | undefined;
  const registered = () => {
    if (!queues) throw new Error("the job registry is used before the modules are registered");
    return queues;
  };
  return {
    register(sources) {
      if (queues) throw new Error("the job registry is filled twice");
      const jobs = sources.flatMap((source) => source.jobs);
      const subscriptions = sources.flatMap((source) => source.subscriptions);
      const byName = new Map<string, Job>();
      for (const job of [...jobs, ...subscriptions.map(jobOfSubscription)]) {
        assertSound(job);
        if (byName.has(job.name))
          throw new Error(`two jobs or subscriptions are named ${job.name}`);
        byName.set(job.name, job);
      }
      for (const { event, name } of subscriptions) {
        if (!events.has(event)) throw new Error(`${name} hears ${event}, which nobody publishes`);
        hearers.set(event, [...(hearers.get(event) ?? []), name]);
      }
      queues = byName;
    },
    declareEvents(names) {
      for (const name of names) {
        if (!eventName.test(name))
          throw new Error(`${name} is not of the form module.noun_verbed.vN`);
        events.add(name);
      }
    },
    queues: () => [...registered().values()],
    queue(name) {
      const job = registered().get(name);
      if (!job) throw new Error(`no job is named ${name}`);
      return job;
    },
    subscribers(event) {
      registered();
      if (!events.has(event)) throw new Error(`no event is named ${event}`);
      return hearers.get(event) ?? [];
    },
  };
}

function assertSound(job: Job): void {
  const within = (value: number, min: number, max: number) =>
    Number.isInteger(value) && value >= min && value <= max;
  if (!queueName.test(job.name) || job.name.length > maxNameLength)
    throw new Error(`the job name ${job.name} is not of the form module.verb_noun`);
  if (job.name.endsWith(deadLetterSuffix))
    throw new Error(`the job name ${job.name} looks like a dead letter queue`);
  if (!within(job.retryLimit, 0, maxRetries))
    throw new Error(`${job.name}: retryLimit must be 0 to ${maxRetries}`);
  if (!within(job.retryDelaySeconds, 0, dayInSeconds))
    throw new Error(`${job.name}: retryDelaySeconds must be 0 to ${dayInSeconds}`);
  const { maxRetryDelaySeconds: longest = dayInSeconds } = job;
  if (!within(longest, Math.max(1, job.retryDelaySeconds), dayInSeconds))
    throw new Error(
      `${job.name}: maxRetryDelaySeconds must be retryDelaySeconds (and 1) to ${dayInSeconds}`,
    );
  if (!within(job.expireSeconds, 1, maxExpireSeconds))
    throw new Error(`${job.name}: expireSeconds must be 1 to ${maxExpireSeconds}`);
  if (job.cron !== undefined && job.cron.trim().split(/\s+/).length !== 5)
    throw new Error(`${job.name}: cron must have five fields`);
  if (job.confidential && job.onRestore !== "drop")
    throw new Error(`${job.name}: a confidential job must be dropped on restore`);
}

/** A subscriber's work is like a job of its own whose settings are the same for all. */
const jobOfSubscription = (subscription: Subscription): Job => ({
  ...subscriptionRetries,
  name: subscription.name,
  policy: "standard",
  onRestore: "keep",
  run: (ctx, payload, signal) => subscription.run(ctx, payload, signal),
});
