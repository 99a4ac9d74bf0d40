CREATE TABLE "gbs"."evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"state" text NOT NULL,
	"submitted_at" timestamptz(3) NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"payload_sha256" text NOT NULL,
	"decided_at" timestamptz(3),
	"acknowledged_at" timestamptz(3),
	"sealed_at" timestamptz(3),
	"seal_expected_by" timestamptz(3),
	"destroy_after" timestamptz(3),
	"destroyed_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."integrity_checks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"evidence_id" uuid NOT NULL,
	"checked_at" timestamptz(3) NOT NULL,
	"intact" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."lender_headers" (
	"evidence_id" uuid NOT NULL,
	"generation" integer NOT NULL,
	"kind" text NOT NULL,
	"header" text NOT NULL,
	"header_sha256" text NOT NULL,
	"made_at" timestamptz(3) NOT NULL,
	CONSTRAINT "lender_headers_evidence_id_generation_pk" PRIMARY KEY("evidence_id","generation")
);
--> statement-breakpoint
CREATE TABLE "gbs"."lender_recipients" (
	"debt_id" uuid PRIMARY KEY NOT NULL,
	"recipient" text NOT NULL,
	"challenge_sha256" text NOT NULL,
	"asked_at" timestamptz(3) NOT NULL,
	"proven_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."playback_keys" (
	"playback_id" uuid PRIMARY KEY NOT NULL,
	"token_sha256" text NOT NULL,
	"sealed_file_key" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."playback_ranges" (
	"id" uuid PRIMARY KEY NOT NULL,
	"playback_id" uuid NOT NULL,
	"first_byte" bigint NOT NULL,
	"last_byte" bigint NOT NULL,
	"at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."playbacks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"evidence_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"session_id" uuid,
	"review_id" uuid,
	"started_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	"ended_at" timestamptz(3),
	"recorded_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."recording_consents" (
	"debt_id" uuid PRIMARY KEY NOT NULL,
	"version" text NOT NULL,
	"language" text NOT NULL,
	"given_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."review_epochs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"week" date NOT NULL,
	"recipient" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"destroyed_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "gbs"."reviews" (
	"id" uuid PRIMARY KEY NOT NULL,
	"evidence_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"claimed_at" timestamptz(3) NOT NULL,
	"claim_ends_at" timestamptz(3) NOT NULL,
	"ended_at" timestamptz(3),
	"decision" text,
	"checklist" jsonb,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "gbs"."sentences" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"language" text NOT NULL,
	"day" date NOT NULL,
	"words" jsonb NOT NULL,
	"text" text NOT NULL,
	"drawn_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gbs"."upload_segments" (
	"upload_id" uuid NOT NULL,
	"segment" integer NOT NULL,
	"plain_mac" text NOT NULL,
	CONSTRAINT "upload_segments_upload_id_segment_pk" PRIMARY KEY("upload_id","segment")
);
--> statement-breakpoint
CREATE TABLE "gbs"."uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"debt_id" uuid NOT NULL,
	"sentence_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"state" text NOT NULL,
	"fault" text,
	"length_bytes" bigint NOT NULL,
	"offset_bytes" bigint NOT NULL,
	"payload_nonce" text NOT NULL,
	"epoch_id" uuid NOT NULL,
	"lease_token" integer NOT NULL,
	"leased_until" timestamptz(3),
	"created_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	"ended_at" timestamptz(3),
	"cleared_at" timestamptz(3)
);
--> statement-breakpoint
ALTER TABLE "gbs"."debts" ADD COLUMN "evidence" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "gbs"."debts" ADD COLUMN "defaulted_at" timestamptz(3);--> statement-breakpoint
ALTER TABLE "gbs"."evidence" ADD CONSTRAINT "evidence_id_uploads_id_fk" FOREIGN KEY ("id") REFERENCES "gbs"."uploads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."evidence" ADD CONSTRAINT "evidence_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."integrity_checks" ADD CONSTRAINT "integrity_checks_evidence_id_evidence_id_fk" FOREIGN KEY ("evidence_id") REFERENCES "gbs"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."lender_headers" ADD CONSTRAINT "lender_headers_evidence_id_evidence_id_fk" FOREIGN KEY ("evidence_id") REFERENCES "gbs"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."lender_recipients" ADD CONSTRAINT "lender_recipients_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."playback_keys" ADD CONSTRAINT "playback_keys_playback_id_playbacks_id_fk" FOREIGN KEY ("playback_id") REFERENCES "gbs"."playbacks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."playback_ranges" ADD CONSTRAINT "playback_ranges_playback_id_playbacks_id_fk" FOREIGN KEY ("playback_id") REFERENCES "gbs"."playbacks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."playbacks" ADD CONSTRAINT "playbacks_evidence_id_evidence_id_fk" FOREIGN KEY ("evidence_id") REFERENCES "gbs"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."playbacks" ADD CONSTRAINT "playbacks_review_id_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "gbs"."reviews"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."recording_consents" ADD CONSTRAINT "recording_consents_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."reviews" ADD CONSTRAINT "reviews_evidence_id_evidence_id_fk" FOREIGN KEY ("evidence_id") REFERENCES "gbs"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."sentences" ADD CONSTRAINT "sentences_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."upload_segments" ADD CONSTRAINT "upload_segments_upload_id_uploads_id_fk" FOREIGN KEY ("upload_id") REFERENCES "gbs"."uploads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."uploads" ADD CONSTRAINT "uploads_debt_id_debts_id_fk" FOREIGN KEY ("debt_id") REFERENCES "gbs"."debts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."uploads" ADD CONSTRAINT "uploads_sentence_id_sentences_id_fk" FOREIGN KEY ("sentence_id") REFERENCES "gbs"."sentences"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gbs"."uploads" ADD CONSTRAINT "uploads_epoch_id_review_epochs_id_fk" FOREIGN KEY ("epoch_id") REFERENCES "gbs"."review_epochs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evidence_of" ON "gbs"."evidence" USING btree ("debt_id","submitted_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "evidence_in_force" ON "gbs"."evidence" USING btree ("debt_id") WHERE "gbs"."evidence"."state" in ('submitted', 'approved');--> statement-breakpoint
CREATE INDEX "evidence_queue" ON "gbs"."evidence" USING btree ("submitted_at","id") WHERE "gbs"."evidence"."state" = 'submitted';--> statement-breakpoint
CREATE INDEX "evidence_to_destroy" ON "gbs"."evidence" USING btree ("destroy_after") WHERE "gbs"."evidence"."destroy_after" is not null and "gbs"."evidence"."destroyed_at" is null;--> statement-breakpoint
CREATE INDEX "integrity_checks_of" ON "gbs"."integrity_checks" USING btree ("evidence_id","checked_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "playback_keys_token" ON "gbs"."playback_keys" USING btree ("token_sha256");--> statement-breakpoint
CREATE INDEX "playback_ranges_of" ON "gbs"."playback_ranges" USING btree ("playback_id","id");--> statement-breakpoint
CREATE INDEX "playbacks_of" ON "gbs"."playbacks" USING btree ("evidence_id");--> statement-breakpoint
CREATE INDEX "playbacks_to_record" ON "gbs"."playbacks" USING btree ("expires_at") WHERE "gbs"."playbacks"."recorded_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "review_epochs_week" ON "gbs"."review_epochs" USING btree ("week") WHERE "gbs"."review_epochs"."destroyed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_open" ON "gbs"."reviews" USING btree ("evidence_id") WHERE "gbs"."reviews"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "reviews_of" ON "gbs"."reviews" USING btree ("evidence_id","claimed_at","id");--> statement-breakpoint
CREATE INDEX "sentences_of" ON "gbs"."sentences" USING btree ("debt_id","drawn_at","id");--> statement-breakpoint
CREATE INDEX "uploads_open" ON "gbs"."uploads" USING btree ("user_id") WHERE "gbs"."uploads"."state" in ('receiving', 'checking');--> statement-breakpoint
CREATE INDEX "uploads_of" ON "gbs"."uploads" USING btree ("debt_id","created_at","id");--> statement-breakpoint
CREATE INDEX "uploads_expiring" ON "gbs"."uploads" USING btree ("expires_at") WHERE "gbs"."uploads"."state" = 'receiving';--> statement-breakpoint
CREATE INDEX "uploads_to_clear" ON "gbs"."uploads" USING btree ("ended_at") WHERE "gbs"."uploads"."state" = 'discarded' and "gbs"."uploads"."cleared_at" is null;