CREATE TABLE "platform"."attempts" (
	"subject" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"blocked_until" timestamptz(3),
	"expires_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE INDEX "attempts_expires_at_index" ON "platform"."attempts" USING btree ("expires_at");