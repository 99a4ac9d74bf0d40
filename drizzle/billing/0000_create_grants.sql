CREATE SCHEMA "billing";
--> statement-breakpoint
CREATE TABLE "billing"."grants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"plan" text NOT NULL,
	"reason" text NOT NULL,
	"granted_by" text NOT NULL,
	"granted_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	"revoked_at" timestamptz(3),
	"revoked_by" text,
	"revoked_reason" text,
	CONSTRAINT "grants_plan" CHECK ("billing"."grants"."plan" in ('plus', 'pro')),
	CONSTRAINT "grants_reason" CHECK (char_length("billing"."grants"."reason") between 1 and 500),
	CONSTRAINT "grants_bounded" CHECK ("billing"."grants"."expires_at" > "billing"."grants"."granted_at" and "billing"."grants"."expires_at" <= "billing"."grants"."granted_at" + interval '8784 hours'),
	CONSTRAINT "grants_not_to_oneself" CHECK ("billing"."grants"."granted_by" <> "billing"."grants"."user_id"::text),
	CONSTRAINT "grants_revoked_whole" CHECK (num_nulls("billing"."grants"."revoked_at", "billing"."grants"."revoked_by", "billing"."grants"."revoked_reason") in (0, 3))
);
--> statement-breakpoint
CREATE INDEX "grants_user" ON "billing"."grants" USING btree ("user_id","granted_at","id");