CREATE TABLE "platform"."backup_states" (
	"kind" text PRIMARY KEY NOT NULL,
	"succeeded_at" timestamptz(3),
	"name" text,
	"size_bytes" bigint,
	"duration_ms" bigint,
	"failures" integer NOT NULL,
	"failed_at" timestamptz(3)
);
