CREATE INDEX "imports_creator" ON "ledger"."imports" USING btree ("created_by","state");--> statement-breakpoint
CREATE INDEX "imports_quiet" ON "ledger"."imports" USING btree ("state","updated_at");