DROP INDEX "ledger"."postings_account";--> statement-breakpoint
DROP INDEX "ledger"."postings_category";--> statement-breakpoint
CREATE INDEX "postings_of_account" ON "ledger"."postings" USING btree ("account_id","date","transaction_id") WHERE "ledger"."postings"."account_id" is not null;--> statement-breakpoint
CREATE INDEX "postings_of_category" ON "ledger"."postings" USING btree ("category_id","date","transaction_id","currency","amount") WHERE "ledger"."postings"."category_id" is not null;--> statement-breakpoint
CREATE INDEX "transaction_changes_categories" ON "ledger"."transaction_changes" USING gin (jsonb_path_query_array("before", '$.splits[*].categoryId'));