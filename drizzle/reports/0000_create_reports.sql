CREATE SCHEMA "reports";
--> statement-breakpoint
CREATE TABLE "reports"."report_files" (
	"report_id" uuid NOT NULL,
	"format" text NOT NULL,
	"file_name" text NOT NULL,
	"storage_key" text,
	"size_bytes" bigint,
	"sha256" text,
	"failure" jsonb,
	"warning" jsonb,
	CONSTRAINT "report_files_report_id_format_pk" PRIMARY KEY("report_id","format")
);
--> statement-breakpoint
CREATE TABLE "reports"."reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"created_by" uuid NOT NULL,
	"type" text NOT NULL,
	"scope" jsonb NOT NULL,
	"file_base" text NOT NULL,
	"state" text NOT NULL,
	"progress" integer NOT NULL,
	"sent_at" timestamptz(3),
	"attempt" uuid,
	"tries" integer NOT NULL,
	"fingerprint" text,
	"as_of" timestamptz(3),
	"book_revision" bigint,
	"failure" jsonb,
	"model_key" text,
	"coverage_key" text,
	"coverage" text,
	"compared_revision" bigint,
	"compared_coverage" text,
	"superseded_at" timestamptz(3),
	"changed_transactions" integer,
	"differences" jsonb,
	"schedule_id" uuid,
	"scheduled_for" date,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	"finished_at" timestamptz(3),
	"expires_at" timestamptz(3),
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reports"."request_counts" (
	"user_id" uuid NOT NULL,
	"day" date NOT NULL,
	"requested" integer NOT NULL,
	CONSTRAINT "request_counts_user_id_day_pk" PRIMARY KEY("user_id","day")
);
--> statement-breakpoint
CREATE TABLE "reports"."schedules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"created_by" uuid NOT NULL,
	"name" text NOT NULL,
	"rhythm" text NOT NULL,
	"scope" jsonb NOT NULL,
	"next_on" date,
	"next_at" timestamptz(3),
	"paused_for" jsonb,
	"version" integer NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reports"."share_openings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"share_id" uuid NOT NULL,
	"opened_at" timestamptz(3) NOT NULL,
	"what" text NOT NULL,
	"client" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reports"."share_secrets" (
	"share_id" uuid PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"password_hash" text,
	"client_salt" "bytea" NOT NULL,
	CONSTRAINT "share_secrets_token" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "reports"."shares" (
	"id" uuid PRIMARY KEY NOT NULL,
	"report_id" uuid NOT NULL,
	"created_by" uuid NOT NULL,
	"label" text,
	"language" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	"revoked_at" timestamptz(3),
	"version" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reports"."report_files" ADD CONSTRAINT "report_files_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "reports"."reports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports"."share_openings" ADD CONSTRAINT "share_openings_share_id_shares_id_fk" FOREIGN KEY ("share_id") REFERENCES "reports"."shares"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports"."share_secrets" ADD CONSTRAINT "share_secrets_share_id_shares_id_fk" FOREIGN KEY ("share_id") REFERENCES "reports"."shares"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports"."shares" ADD CONSTRAINT "shares_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "reports"."reports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "reports_of" ON "reports"."reports" USING btree ("created_by","created_at","id");--> statement-breakpoint
CREATE INDEX "reports_expiry" ON "reports"."reports" USING btree ("expires_at") WHERE "reports"."reports"."state" = 'ready';--> statement-breakpoint
CREATE INDEX "reports_ready" ON "reports"."reports" USING btree ("book_id","id") WHERE "reports"."reports"."state" = 'ready';--> statement-breakpoint
CREATE INDEX "reports_open" ON "reports"."reports" USING btree ("created_by","created_at","id") WHERE "reports"."reports"."state" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "reports_uncounted" ON "reports"."reports" USING btree ("superseded_at","id") WHERE "reports"."reports"."state" = 'ready' and "reports"."reports"."changed_transactions" is null;--> statement-breakpoint
CREATE INDEX "reports_finished" ON "reports"."reports" USING btree ("finished_at");--> statement-breakpoint
CREATE UNIQUE INDEX "reports_scheduled" ON "reports"."reports" USING btree ("schedule_id","scheduled_for") WHERE "reports"."reports"."schedule_id" is not null;--> statement-breakpoint
CREATE INDEX "request_counts_day" ON "reports"."request_counts" USING btree ("day");--> statement-breakpoint
CREATE INDEX "schedules_of" ON "reports"."schedules" USING btree ("created_by","created_at","id");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "reports"."schedules" USING btree ("next_at") WHERE "reports"."schedules"."next_at" is not null;--> statement-breakpoint
CREATE INDEX "share_openings_of" ON "reports"."share_openings" USING btree ("share_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "shares_report" ON "reports"."shares" USING btree ("report_id","created_at","id");