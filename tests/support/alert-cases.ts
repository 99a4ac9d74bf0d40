/** `[series, values]` in promtool's notation (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/): a sample a minute. */
type Series = Readonly<Record<string, string>>;

export type AlertCase = {
  readonly alert: string;
  /** In place of what is fine; null = that one is missing. */
  readonly breaks: Readonly<Record<string, string | null>>;
  /** Minutes after which it is looked at: before `quietUntil` nothing fires, at `firesAt` this alert does. */
  readonly quietUntil?: number;
  readonly firesAt: number;
};

const hours = 60;
const days = 24 * hours;
const flat = (value: number) => `${value}+0x120`;
const rising = (perMinute: number, from = 0) => `${from}+${perMinute}x120`;
const request = (status: number) =>
  `fintrack_http_request_duration_seconds_count{job="api",instance="a",method="GET",route="/v1/books",status="${status}"}`;
const latency = (le: string) =>
  `fintrack_http_request_duration_seconds_bucket{job="api",instance="a",method="GET",route="/v1/books",status="200",le="${le}"}`;
const lag = (le: string) =>
  `fintrack_event_loop_lag_seconds_bucket{job="api",instance="a",le="${le}"}`;
const check = (name: string, job = "api") =>
  `fintrack_health_check_ok{job="${job}",instance="${job[0]}",check="${name}"}`;
const began = (job: string, instance = job[0]) =>
  `process_start_time_seconds{job="${job}",instance="${instance}"}`;
const relay = (state: string) =>
  `fintrack_audit_relay_state{job="worker",instance="w",state="${state}"}`;
const queue = (metric: string, name: string) =>
  `fintrack_jobs_${metric}{job="worker",instance="w",queue="${name}"}`;
const backup = (metric: string, kind: string) =>
  `fintrack_backup_${metric}{job="api",instance="a",kind="${kind}"}`;
const filesystem = (what: string) =>
  `node_filesystem_${what}_bytes{job="node",instance="n",mountpoint="/",fstype="ext4"}`;
const oom = 'container_oom_events_total{job="cadvisor",id="/system.slice/docker-1f.scope"}';
const pgUp = (server: string) => `pg_up{job="postgres",server="${server}"}`;
const pool = 'fintrack_db_pool_waiting_calls{job="api",instance="a",pool="write"}';
const gate = 'fintrack_cpu_gate_refused_total{job="api",instance="a"}';
const audit = (name: string, instance = "w") =>
  `fintrack_audit_${name}{job="worker",instance="${instance}"}`;
const stopped = 'fintrack_audit_relay_stopped{job="worker",instance="w",reason="slot_lost"}';
const rates = (source: string) =>
  `fintrack_rates_age_seconds{job="api",instance="a",source="${source}"}`;
const asks = 'fintrack_rates_refresh_enabled{job="api",instance="a"}';

/** An installation with nothing wrong: requests come, jobs run, the trail follows. Promtool's clock begins at 0. */
export const fine: Series = {
  'up{job="api",instance="a"}': flat(1),
  'up{job="worker",instance="w"}': flat(1),
  'up{job="node",instance="n"}': flat(1),
  [began("api")]: flat(0),
  [began("worker")]: flat(0),
  [request(200)]: rising(600),
  [request(500)]: rising(1),
  [latency("0.1")]: rising(598),
  [latency("0.5")]: rising(600),
  [latency("1")]: rising(600),
  [latency("+Inf")]: rising(600),
  [lag("0.01")]: rising(599),
  [lag("0.25")]: rising(600),
  [lag("0.5")]: rising(600),
  [lag("+Inf")]: rising(600),
  [pool]: flat(0),
  [gate]: flat(0),
  [check("main database")]: flat(1),
  [check("log database")]: flat(1),
  [check("jobs", "worker")]: flat(1),
  [pgUp("main")]: flat(1),
  [pgUp("log")]: flat(1),
  'pg_stat_database_numbackends{job="postgres",server="main",datname="main"}': flat(20),
  'pg_settings_max_connections{job="postgres",server="main"}': flat(200),
  'pg_stat_database_deadlocks{job="postgres",server="main",datname="main"}': flat(0),
  [queue("due_age_seconds", "reports.make")]: flat(2),
  [queue("dead", "reports.make")]: flat(0),
  [queue("oldest_age_seconds", "notify.send")]: flat(3),
  [queue("oldest_age_seconds", "ledger.read_import")]: flat(2000),
  [queue("waiting", "notify.send")]: flat(4),
  'fintrack_jobs_paused{job="worker",instance="w"}': flat(0),
  [relay("running")]: flat(1),
  [relay("connecting")]: flat(0),
  [stopped]: flat(0),
  [audit("lag_seconds")]: flat(1),
  [audit("slot_kept_bytes")]: flat(1e6),
  [audit("slot_limit_bytes")]: flat(8e9),
  [audit("unattributed_changes_total")]: flat(0),
  [audit("unverified_total")]: flat(0),
  [audit("drift_faults")]: flat(0),
  [audit("checkpoint_age_seconds")]: flat(300),
  [audit("entries_total")]: rising(60),
  [audit("outcomes_lost_total")]: flat(0),
  [audit("verification_timestamp_seconds")]: flat(0),
  [asks]: flat(1),
  [rates("market")]: flat(600),
  [rates("ecb")]: flat(90_000),
  // Made and tried out at the clock's beginning.
  [backup("last_success_timestamp_seconds", "backup")]: flat(0),
  [backup("last_success_timestamp_seconds", "drill")]: flat(0),
  [backup("failures_total", "backup")]: flat(2),
  'fintrack_gbs_review_queue_oldest_age_seconds{job="api",instance="a"}': flat(3600),
  [filesystem("avail")]: flat(5e10),
  [filesystem("size")]: flat(1e11),
  'node_memory_MemAvailable_bytes{job="node",instance="n"}': flat(5e9),
  'node_memory_MemTotal_bytes{job="node",instance="n"}': flat(1e10),
  [oom]: flat(0),
  'fintrack_metrics_failed_readings_total{job="api",instance="a",metric="m"}': flat(3),
  'alertmanager_notifications_failed_total{job="alertmanager",integration="webhook"}': flat(0),
  'prometheus_notifications_dropped_total{job="prometheus"}': flat(0),
};

/** What looks wrong and is not: nobody is rung for it. */
export const harmless: readonly Series[] = [
  // RATES_REFRESH=off: the rates that there are age for ever.
  { [asks]: flat(0), [rates("market")]: flat(1e7), [rates("ecb")]: flat(1e7) },
  // An upgrade: each process begins once.
  { [began("api")]: "0x10 600x60", [began("worker")]: "0x11 660x60" },
];

/** What the world does when, and which alert says so. */
export const alertCases: readonly AlertCase[] = [
  {
    alert: "ApiDown",
    breaks: { 'up{job="api",instance="a"}': "1x10 0x20" },
    quietUntil: 11,
    firesAt: 14,
  },
  { alert: "ApiDown", breaks: { 'up{job="api",instance="a"}': null }, firesAt: 3 },
  { alert: "HttpErrors", breaks: { [request(500)]: rising(30) }, firesAt: 12 },
  {
    alert: "HttpSlow",
    breaks: { [latency("0.1")]: rising(500), [latency("0.5")]: rising(540) },
    firesAt: 20,
  },
  {
    alert: "EventLoopBlocked",
    breaks: { [lag("0.01")]: rising(500), [lag("0.25")]: rising(580) },
    firesAt: 15,
  },
  { alert: "PoolExhausted", breaks: { [pool]: "0x10 3x20" }, quietUntil: 11, firesAt: 15 },
  { alert: "HashesRefused", breaks: { [gate]: "0x5 0+4x20" }, firesAt: 15 },
  {
    alert: "MainDatabaseDown",
    breaks: { [check("main database")]: "1x5 0x20" },
    quietUntil: 5,
    firesAt: 8,
  },
  {
    alert: "LogDatabaseDown",
    breaks: { [check("log database")]: "1x5 0x20" },
    quietUntil: 5,
    firesAt: 8,
  },
  { alert: "PostgresDown", breaks: { [pgUp("log")]: flat(0) }, firesAt: 4 },
  { alert: "PostgresDown", breaks: { [pgUp("main")]: null }, firesAt: 4 },
  {
    alert: "PostgresConnections",
    breaks: {
      'pg_stat_database_numbackends{job="postgres",server="main",datname="main"}': flat(180),
    },
    firesAt: 8,
  },
  {
    alert: "PostgresDeadlocks",
    breaks: {
      'pg_stat_database_deadlocks{job="postgres",server="main",datname="main"}': rising(1),
    },
    firesAt: 25,
  },
  {
    alert: "WorkerDown",
    breaks: { 'up{job="worker",instance="w"}': "1x10 0x20" },
    quietUntil: 12,
    firesAt: 14,
  },
  { alert: "ProcessUnready", breaks: { [check("jobs", "worker")]: flat(0) }, firesAt: 8 },
  {
    alert: "QueueOld",
    breaks: { [queue("due_age_seconds", "reports.make")]: rising(60) },
    quietUntil: 9,
    firesAt: 13,
  },
  { alert: "DeadLetters", breaks: { [queue("dead", "reports.make")]: flat(1) }, firesAt: 7 },
  {
    alert: "JobsPaused",
    breaks: { 'fintrack_jobs_paused{job="worker",instance="w"}': flat(1) },
    quietUntil: 10,
    firesAt: 17,
  },
  {
    alert: "MailBacklog",
    breaks: { [queue("oldest_age_seconds", "notify.send")]: rising(60) },
    quietUntil: 15,
    firesAt: 23,
  },
  { alert: "MailBacklog", breaks: { [queue("waiting", "notify.send")]: flat(5000) }, firesAt: 7 },
  {
    alert: "AuditRelayDown",
    breaks: { [relay("running")]: "1x5 0x20", [relay("connecting")]: "0x5 1x20" },
    quietUntil: 6,
    firesAt: 9,
  },
  { alert: "AuditRelayStopped", breaks: { [stopped]: "0x5 1x20" }, quietUntil: 5, firesAt: 7 },
  { alert: "AuditLag", breaks: { [audit("lag_seconds")]: rising(60) }, quietUntil: 1, firesAt: 5 },
  { alert: "AuditSlotFull", breaks: { [audit("slot_kept_bytes")]: flat(6.5e9) }, firesAt: 3 },
  // A server of one's own, with PostgreSQL's default.
  {
    alert: "AuditSlotUnbounded",
    breaks: {
      [audit("slot_limit_bytes")]: null,
      [audit("slot_kept_bytes")]: rising(1e9),
    },
    quietUntil: 8,
    firesAt: 12,
  },
  {
    alert: "AuditUnattributed",
    breaks: { [audit("unattributed_changes_total")]: "0x5 1x20" },
    quietUntil: 5,
    firesAt: 8,
  },
  // Away for longer than is looked back, then caught up before the first scrape; then under another address.
  {
    alert: "AuditUnattributed",
    breaks: { [audit("unattributed_changes_total")]: "0x10 stale _x19 3x40" },
    quietUntil: 29,
    firesAt: 32,
  },
  {
    alert: "AuditUnattributed",
    breaks: {
      [audit("unattributed_changes_total")]: "0x10 stale",
      [audit("unattributed_changes_total", "v")]: "_x11 3x40",
    },
    quietUntil: 10,
    firesAt: 14,
  },
  {
    alert: "AuditUnverified",
    breaks: { [audit("unverified_total")]: "0x5 1x20" },
    quietUntil: 5,
    firesAt: 8,
  },
  // Away for longer than is looked back, then caught up before the first scrape; then under another address.
  {
    alert: "AuditUnverified",
    breaks: { [audit("unverified_total")]: "0x10 stale _x19 2x40" },
    quietUntil: 29,
    firesAt: 32,
  },
  {
    alert: "AuditUnverified",
    breaks: {
      [audit("unverified_total")]: "0x10 stale",
      [audit("unverified_total", "v")]: "_x11 2x40",
    },
    quietUntil: 10,
    firesAt: 14,
  },
  {
    alert: "AuditBroken",
    breaks: { [audit("verification_ok")]: "1x5 0x20" },
    quietUntil: 5,
    firesAt: 8,
  },
  {
    alert: "AuditVerificationOld",
    // Before the clock's beginning, in place of waiting for a day.
    breaks: { [audit("verification_timestamp_seconds")]: flat(-25.5 * hours * 60) },
    quietUntil: 30,
    firesAt: 42,
  },
  { alert: "AuditDrift", breaks: { [audit("drift_faults")]: flat(1) }, firesAt: 3 },
  {
    alert: "AuditCheckpointOld",
    breaks: { [audit("checkpoint_age_seconds")]: rising(60) },
    quietUntil: 30,
    firesAt: 40,
  },
  {
    alert: "AuditOutcomesLost",
    breaks: { [audit("outcomes_lost_total")]: "0x5 7x20" },
    quietUntil: 5,
    firesAt: 8,
  },
  // Away for longer than is looked back, then caught up before the first scrape; then under another address.
  {
    alert: "AuditOutcomesLost",
    breaks: { [audit("outcomes_lost_total")]: "0x10 stale _x19 7x40" },
    quietUntil: 29,
    firesAt: 32,
  },
  {
    alert: "AuditOutcomesLost",
    breaks: {
      [audit("outcomes_lost_total")]: "0x10 stale",
      [audit("outcomes_lost_total", "v")]: "_x11 7x40",
    },
    quietUntil: 10,
    firesAt: 14,
  },
  {
    alert: "RatesStale",
    breaks: { [rates("market")]: rising(60, 9_000) },
    quietUntil: 30,
    firesAt: 42,
  },
  { alert: "RatesStale", breaks: { [rates("ecb")]: flat(400_000) }, firesAt: 12 },
  {
    alert: "BackupOld",
    // Before the clock's beginning, in place of waiting for a day.
    breaks: { [backup("last_success_timestamp_seconds", "backup")]: flat(-25.5 * hours * 60) },
    quietUntil: 30,
    firesAt: 42,
  },
  {
    alert: "BackupFailed",
    breaks: { [backup("failures_total", "backup")]: "2x5 3x20" },
    quietUntil: 5,
    firesAt: 8,
  },
  // The process that shows it is another one since.
  {
    alert: "BackupFailed",
    breaks: {
      [backup("failures_total", "backup")]: "2x5 stale",
      'fintrack_backup_failures_total{job="api",instance="b",kind="backup"}': "_x6 3x40",
    },
    quietUntil: 5,
    firesAt: 8,
  },
  // One of two.
  {
    alert: "ProcessHangs",
    breaks: { 'up{job="api",instance="b"}': "1x5 0x20" },
    quietUntil: 7,
    firesAt: 10,
  },
  // Up at every other scrape, so that neither ApiDown nor ProcessHangs ever holds for long.
  {
    alert: "ProcessRestarts",
    breaks: {
      'up{job="api",instance="a"}': "1 1 1 0 1 0 1 0 1 0 1 0 1",
      [began("api")]: "0 0 0 _ 200 _ 320 _ 440 _ 560 _ 680",
    },
    quietUntil: 4,
    firesAt: 10,
  },
  // The same, under another address each time.
  {
    alert: "ProcessRestarts",
    breaks: Object.fromEntries([
      [began("worker"), "0x3 stale"],
      ...[1, 2, 3, 4, 5, 6].map((time) => [
        began("worker", `w${time}`),
        `_x${2 + 2 * time} ${120 * time}x1 stale`,
      ]),
    ]),
    quietUntil: 6,
    firesAt: 15,
  },
  {
    alert: "DrillOld",
    breaks: { [backup("last_success_timestamp_seconds", "drill")]: flat(-35 * days * 60) },
    firesAt: 65,
  },
  {
    alert: "EvidenceQueueOld",
    breaks: {
      'fintrack_gbs_review_queue_oldest_age_seconds{job="api",instance="a"}': flat(90_000),
    },
    firesAt: 17,
  },
  { alert: "DiskLow", breaks: { [filesystem("avail")]: flat(1e10) }, firesAt: 12 },
  { alert: "DiskFull", breaks: { [filesystem("avail")]: flat(1e9) }, firesAt: 4 },
  {
    alert: "MemoryLow",
    breaks: { 'node_memory_MemAvailable_bytes{job="node",instance="n"}': flat(5e8) },
    firesAt: 12,
  },
  { alert: "ContainerKilled", breaks: { [oom]: "0x5 1x20" }, quietUntil: 5, firesAt: 8 },
  { alert: "ScrapeFails", breaks: { 'up{job="node",instance="n"}': flat(0) }, firesAt: 7 },
  {
    alert: "ReadingsFail",
    breaks: {
      'fintrack_metrics_failed_readings_total{job="api",instance="a",metric="m"}': rising(1),
    },
    firesAt: 20,
  },
  {
    alert: "AlertsNotSent",
    breaks: {
      'alertmanager_notifications_failed_total{job="alertmanager",integration="webhook"}':
        rising(1),
    },
    firesAt: 9,
  },
];
