CREATE SCHEMA "gbs";
--> statement-breakpoint
CREATE TABLE "gbs"."abuse_reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"reported_by" uuid NOT NULL,
	"reason" text NOT NULL,
	"reported_at" timestamptz(3) NOT NULL,
	"resolution" text,
	"resolution_reason" text,
	"resolved_by" uuid,
	"resolved_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."amendments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"proposed_by" text NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"proposed_at" timestamptz(3) NOT NULL,
	"decided_at" timestamptz(3),
	"amount" numeric NOT NULL,
	"description" text NOT NULL,
	"time_zone" text NOT NULL,
	"instalments" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."blocks" (
	"blocker_id" uuid NOT NULL,
	"blocked_id" uuid NOT NULL,
	"blocked_at" timestamptz(3) NOT NULL,
	CONSTRAINT "blocks_blocker_id_blocked_id_pk" PRIMARY KEY("blocker_id","blocked_id")
);
--> statement-breakpoint
CREATE TABLE "gbs"."cancellations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"proposed_by" text NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"proposed_at" timestamptz(3) NOT NULL,
	"decided_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."custody_entries" (
	"debt_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"kind" text NOT NULL,
	"entry" text NOT NULL,
	"hash" text NOT NULL,
	"kid" text NOT NULL,
	"signature" text NOT NULL,
	CONSTRAINT "custody_entries_debt_id_seq_pk" PRIMARY KEY("debt_id","seq")
);
--> statement-breakpoint
CREATE TABLE "gbs"."custody_values" (
	"debt_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"name" text NOT NULL,
	"value" text NOT NULL,
	"salt" text NOT NULL,
	"owner" text NOT NULL,
	CONSTRAINT "custody_values_debt_id_seq_name_pk" PRIMARY KEY("debt_id","seq","name")
);
--> statement-breakpoint
CREATE TABLE "gbs"."debts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"lender_id" uuid NOT NULL,
	"borrower_id" uuid,
	"invited_address" text NOT NULL,
	"invited_address_key" text NOT NULL,
	"state" text NOT NULL,
	"suppressed" boolean NOT NULL,
	"text_hidden" boolean NOT NULL,
	"currency" text NOT NULL,
	"amount" numeric NOT NULL,
	"description" text NOT NULL,
	"time_zone" text NOT NULL,
	"terms_version" integer NOT NULL,
	"offered_at" timestamptz(3) NOT NULL,
	"offer_expires_at" timestamptz(3) NOT NULL,
	"delivered_at" timestamptz(3),
	"accepted_at" timestamptz(3),
	"ended_at" timestamptz(3),
	"send_backs" integer NOT NULL,
	"paid" numeric NOT NULL,
	"chain_length" integer NOT NULL,
	"chain_head" text NOT NULL,
	"wake_at" timestamptz(3),
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."disputes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"raised_at" timestamptz(3) NOT NULL,
	"withdrawn_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"terms_version" integer NOT NULL,
	"object_key" text NOT NULL,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"made_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."inspections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"inspected_by" uuid NOT NULL,
	"reason" text NOT NULL,
	"inspected_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."instalments" (
	"debt_id" uuid NOT NULL,
	"terms_version" integer NOT NULL,
	"position" integer NOT NULL,
	"due_on" date NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "instalments_debt_id_terms_version_position_pk" PRIMARY KEY("debt_id","terms_version","position")
);
--> statement-breakpoint
CREATE TABLE "gbs"."legal_holds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_at" timestamptz(3) NOT NULL,
	"confirmed_by" uuid,
	"confirmed_at" timestamptz(3),
	"release_reason" text,
	"release_proposed_by" uuid,
	"release_proposed_at" timestamptz(3),
	"released_by" uuid,
	"released_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"amount" numeric NOT NULL,
	"paid_on" date NOT NULL,
	"reference" text NOT NULL,
	"state" text NOT NULL,
	"claimed_at" timestamptz(3) NOT NULL,
	"decided_at" timestamptz(3),
	"contest_reason" text
);
--> statement-breakpoint
CREATE TABLE "gbs"."posting_links" (
	"debt_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"transaction_id" uuid NOT NULL,
	"payment_id" uuid,
	"linked_at" timestamptz(3) NOT NULL,
	CONSTRAINT "posting_links_debt_id_user_id_transaction_id_pk" PRIMARY KEY("debt_id","user_id","transaction_id")
);
--> statement-breakpoint
CREATE TABLE "gbs"."reminders" (
	"debt_id" uuid NOT NULL,
	"due_on" date NOT NULL,
	"stage" text NOT NULL,
	"sent_at" timestamptz(3) NOT NULL,
	CONSTRAINT "reminders_debt_id_due_on_stage_pk" PRIMARY KEY("debt_id","due_on","stage")
);
--> statement-breakpoint
ALTER TABLE "gbs"."abuse_reports" ADD CONSTRAINT "abuse_reports_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."amendments" ADD CONSTRAINT "amendments_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."cancellations" ADD CONSTRAINT "cancellations_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."custody_entries" ADD CONSTRAINT "custody_entries_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."custody_values" ADD CONSTRAINT "custody_values_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."disputes" ADD CONSTRAINT "disputes_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."documents" ADD CONSTRAINT "documents_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."inspections" ADD CONSTRAINT "inspections_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."instalments" ADD CONSTRAINT "instalments_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."legal_holds" ADD CONSTRAINT "legal_holds_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."payments" ADD CONSTRAINT "payments_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."posting_links" ADD CONSTRAINT "posting_links_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."posting_links" ADD CONSTRAINT "posting_links_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "gbs"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."reminders" ADD CONSTRAINT "reminders_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "abuse_reports_once" ON "gbs"."abuse_reports" USING btree ("debt_id","reported_by");--> statement-breakpoint
CREATE INDEX "abuse_reports_open" ON "gbs"."abuse_reports" USING btree ("reported_at","id") WHERE "gbs"."abuse_reports"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "amendments_of" ON "gbs"."amendments" USING btree ("debt_id","proposed_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "amendments_open" ON "gbs"."amendments" USING btree ("debt_id") WHERE "gbs"."amendments"."state" = 'open';--> statement-breakpoint
CREATE INDEX "blocks_blocked" ON "gbs"."blocks" USING btree ("blocked_id");--> statement-breakpoint
CREATE INDEX "cancellations_of" ON "gbs"."cancellations" USING btree ("debt_id","proposed_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "cancellations_open" ON "gbs"."cancellations" USING btree ("debt_id") WHERE "gbs"."cancellations"."state" = 'open';--> statement-breakpoint
CREATE INDEX "debts_lender" ON "gbs"."debts" USING btree ("lender_id","offered_at","id");--> statement-breakpoint
CREATE INDEX "debts_borrower" ON "gbs"."debts" USING btree ("borrower_id","offered_at","id");--> statement-breakpoint
CREATE INDEX "debts_waiting" ON "gbs"."debts" USING btree ("invited_address_key") WHERE "gbs"."debts"."borrower_id" is null and "gbs"."debts"."state" = 'offered';--> statement-breakpoint
CREATE INDEX "debts_wake" ON "gbs"."debts" USING btree ("wake_at") WHERE "gbs"."debts"."wake_at" is not null;--> statement-breakpoint
CREATE INDEX "disputes_of" ON "gbs"."disputes" USING btree ("debt_id","raised_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_open" ON "gbs"."disputes" USING btree ("debt_id") WHERE "gbs"."disputes"."withdrawn_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "documents_once" ON "gbs"."documents" USING btree ("debt_id","kind","terms_version");--> statement-breakpoint
CREATE INDEX "inspections_of" ON "gbs"."inspections" USING btree ("debt_id","inspected_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "legal_holds_open" ON "gbs"."legal_holds" USING btree ("debt_id") WHERE "gbs"."legal_holds"."released_at" is null;--> statement-breakpoint
CREATE INDEX "payments_of" ON "gbs"."payments" USING btree ("debt_id","claimed_at","id");--> statement-breakpoint
CREATE INDEX "payments_open" ON "gbs"."payments" USING btree ("debt_id") WHERE "gbs"."payments"."state" in ('claimed', 'contested');