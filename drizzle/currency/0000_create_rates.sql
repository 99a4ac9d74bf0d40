CREATE SCHEMA "currency";
--> statement-breakpoint
CREATE TABLE "currency"."polls" (
	"provider" text NOT NULL,
	"seen_at" timestamptz(3) NOT NULL,
	"source" text NOT NULL,
	"as_of" timestamptz(3),
	"origin" text NOT NULL,
	"quotes" integer NOT NULL,
	"inserted" integer NOT NULL,
	"extended" integer NOT NULL,
	"quarantined" integer NOT NULL,
	CONSTRAINT "polls_provider_seen_at_pk" PRIMARY KEY("provider","seen_at")
);
--> statement-breakpoint
CREATE TABLE "currency"."provider_states" (
	"provider" text PRIMARY KEY NOT NULL,
	"claimed_until" timestamptz(3),
	"next_due_at" timestamptz(3) NOT NULL,
	"last_attempt_at" timestamptz(3),
	"last_success_at" timestamptz(3),
	"last_failure_at" timestamptz(3),
	"last_failure_reason" text,
	"consecutive_failures" integer NOT NULL,
	"quota_month" text NOT NULL,
	"requests_used" integer NOT NULL,
	"quotes" integer NOT NULL,
	"quarantined" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "currency"."quarantine" (
	"provider" text NOT NULL,
	"code" text NOT NULL,
	"rate" text NOT NULL,
	"direction" text NOT NULL,
	"reason" text NOT NULL,
	"as_of" timestamptz(3),
	"seen_at" timestamptz(3) NOT NULL,
	"times" integer NOT NULL,
	CONSTRAINT "quarantine_provider_code_pk" PRIMARY KEY("provider","code")
);
--> statement-breakpoint
CREATE TABLE "currency"."rates" (
	"source" text NOT NULL,
	"code" text NOT NULL,
	"first_seen" timestamptz(3) NOT NULL,
	"last_seen" timestamptz(3) NOT NULL,
	"as_of" timestamptz(3),
	"multiplier" integer NOT NULL,
	"provider" text NOT NULL,
	"direction" text NOT NULL,
	"rate" numeric NOT NULL,
	CONSTRAINT "rates_source_code_first_seen_pk" PRIMARY KEY("source","code","first_seen"),
	CONSTRAINT "rates_rate_positive" CHECK ("currency"."rates"."rate" > 0),
	CONSTRAINT "rates_seen_in_order" CHECK ("currency"."rates"."first_seen" <= "currency"."rates"."last_seen"),
	CONSTRAINT "rates_multiplier_positive" CHECK ("currency"."rates"."multiplier" > 0)
);

--> statement-breakpoint
-- A run that goes on is an update of its row at every poll. With room in the page the update touches no index and is
-- pruned in place: measured at 24 polls a day, the table stays at 4 MB instead of growing to 17.
ALTER TABLE "currency"."rates" SET (fillfactor = 70);
