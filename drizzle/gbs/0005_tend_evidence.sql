ALTER TABLE "gbs"."evidence" ADD COLUMN "key_reminders" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "gbs"."evidence" ADD COLUMN "destroying_at" timestamptz(3);