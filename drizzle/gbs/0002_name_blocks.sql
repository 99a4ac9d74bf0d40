DROP INDEX "gbs"."abuse_reports_once";--> statement-breakpoint
ALTER TABLE "gbs"."blocks" ADD COLUMN "id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "abuse_reports_one_open" ON "gbs"."abuse_reports" USING btree ("debt_id") WHERE "gbs"."abuse_reports"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "abuse_reports_reported" ON "gbs"."abuse_reports" USING btree ("reported_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "blocks_id" ON "gbs"."blocks" USING btree ("id");--> statement-breakpoint
CREATE INDEX "blocks_of" ON "gbs"."blocks" USING btree ("blocker_id","blocked_at","id");--> statement-breakpoint
CREATE INDEX "legal_holds_proposed" ON "gbs"."legal_holds" USING btree ("proposed_at","id");