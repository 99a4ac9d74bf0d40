CREATE TABLE "platform"."job_control" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"paused" boolean NOT NULL,
	"reason" text,
	"changed_at" timestamptz(3),
	CONSTRAINT "job_control_has_one_row" CHECK ("platform"."job_control"."singleton")
);
--> statement-breakpoint
INSERT INTO "platform"."job_control" ("paused") VALUES (false);
