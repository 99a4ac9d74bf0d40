CREATE SCHEMA "ledger";
--> statement-breakpoint
CREATE TABLE "ledger"."account_balances" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"balance" numeric NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."account_days" (
	"account_id" uuid NOT NULL,
	"date" date NOT NULL,
	"book_id" uuid NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "account_days_account_id_date_pk" PRIMARY KEY("account_id","date")
);
--> statement-breakpoint
CREATE TABLE "ledger"."account_months" (
	"account_id" uuid NOT NULL,
	"month" date NOT NULL,
	"book_id" uuid NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "account_months_account_id_month_pk" PRIMARY KEY("account_id","month")
);
--> statement-breakpoint
CREATE TABLE "ledger"."accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"system" text,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"opening_date" date NOT NULL,
	"external_code" text,
	"archived_at" timestamptz(3),
	"version" integer NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."book_closings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"closed_through" date,
	"reason" text,
	"closed_by" uuid NOT NULL,
	"closed_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."book_members" (
	"book_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"added_at" timestamptz(3) NOT NULL,
	CONSTRAINT "book_members_book_id_user_id_pk" PRIMARY KEY("book_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "ledger"."book_states" (
	"book_id" uuid PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL,
	"closed_through" date
);
--> statement-breakpoint
CREATE TABLE "ledger"."books" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"base_currency" text NOT NULL,
	"locale" text NOT NULL,
	"default_of" uuid,
	"version" integer NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "books_default_of" UNIQUE("default_of")
);
--> statement-breakpoint
CREATE TABLE "ledger"."budget_alerts" (
	"budget_id" uuid NOT NULL,
	"period_start" date NOT NULL,
	"threshold" integer NOT NULL,
	"told_at" timestamptz(3) NOT NULL,
	CONSTRAINT "budget_alerts_budget_id_period_start_threshold_pk" PRIMARY KEY("budget_id","period_start","threshold")
);
--> statement-breakpoint
CREATE TABLE "ledger"."budget_categories" (
	"budget_id" uuid NOT NULL,
	"category_id" uuid NOT NULL,
	CONSTRAINT "budget_categories_budget_id_category_id_pk" PRIMARY KEY("budget_id","category_id")
);
--> statement-breakpoint
CREATE TABLE "ledger"."budget_checks" (
	"book_id" uuid PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL,
	"checked_on" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."budgets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"name" text NOT NULL,
	"period" text NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date,
	"rollover" text NOT NULL,
	"thresholds" integer[] NOT NULL,
	"archived_at" timestamptz(3),
	"version" integer NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."categories" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"parent_id" uuid,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"external_code" text,
	"is_uncategorised" boolean NOT NULL,
	"archived_at" timestamptz(3),
	"version" integer NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."import_chunks" (
	"import_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"content" "bytea" NOT NULL,
	CONSTRAINT "import_chunks_import_id_number_pk" PRIMARY KEY("import_id","number")
);
--> statement-breakpoint
CREATE TABLE "ledger"."import_origins" (
	"transaction_id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"date" date NOT NULL,
	"amount" numeric NOT NULL,
	"words" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."import_rows" (
	"import_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"cells" text[] NOT NULL,
	"verdict" text,
	"fault" text,
	"date" date,
	"amount" numeric,
	"payee" text,
	"note" text,
	"external_id" text,
	CONSTRAINT "import_rows_import_id_number_pk" PRIMARY KEY("import_id","number")
);
--> statement-breakpoint
CREATE TABLE "ledger"."imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"file_name" text NOT NULL,
	"state" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text,
	"facts" jsonb,
	"proposal" jsonb,
	"answers" jsonb NOT NULL,
	"rows_read" integer NOT NULL,
	"counts" jsonb,
	"failure" jsonb,
	"created_by" uuid NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger"."postings" (
	"transaction_id" uuid NOT NULL,
	"line" smallint NOT NULL,
	"book_id" uuid NOT NULL,
	"account_id" uuid,
	"category_id" uuid,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"date" date NOT NULL,
	"note" text,
	CONSTRAINT "postings_transaction_id_line_pk" PRIMARY KEY("transaction_id","line"),
	CONSTRAINT "postings_one_side" CHECK (num_nonnulls("ledger"."postings"."account_id", "ledger"."postings"."category_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "ledger"."transaction_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"transaction_id" uuid NOT NULL,
	"book_id" uuid NOT NULL,
	"action" text NOT NULL,
	"changed_by" uuid NOT NULL,
	"changed_at" timestamptz(3) NOT NULL,
	"reason" text,
	"before" jsonb NOT NULL,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "ledger"."transactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"book_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"date" date NOT NULL,
	"account_id" uuid NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"to_account_id" uuid,
	"to_amount" numeric,
	"to_currency" text,
	"rate" numeric,
	"payee" text,
	"note" text,
	"tags" text[] NOT NULL,
	"document_number" text,
	"tax_rate" numeric,
	"cleared" boolean NOT NULL,
	"external_id" text,
	"import_id" uuid,
	"search_text" "tsvector" NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	"voided_at" timestamptz(3),
	"version" integer NOT NULL,
	CONSTRAINT "transactions_kind" CHECK ("ledger"."transactions"."kind" in ('income', 'expense', 'transfer', 'opening'))
);
--> statement-breakpoint
ALTER TABLE "ledger"."account_balances" ADD CONSTRAINT "account_balances_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "ledger"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."account_days" ADD CONSTRAINT "account_days_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "ledger"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."account_months" ADD CONSTRAINT "account_months_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "ledger"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."accounts" ADD CONSTRAINT "accounts_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."book_closings" ADD CONSTRAINT "book_closings_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."book_members" ADD CONSTRAINT "book_members_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."book_states" ADD CONSTRAINT "book_states_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."budget_alerts" ADD CONSTRAINT "budget_alerts_budget_id_budgets_id_fk" FOREIGN KEY ("budget_id") REFERENCES "ledger"."budgets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."budget_categories" ADD CONSTRAINT "budget_categories_budget_id_budgets_id_fk" FOREIGN KEY ("budget_id") REFERENCES "ledger"."budgets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."budget_categories" ADD CONSTRAINT "budget_categories_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "ledger"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."budget_checks" ADD CONSTRAINT "budget_checks_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."budgets" ADD CONSTRAINT "budgets_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."categories" ADD CONSTRAINT "categories_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."categories" ADD CONSTRAINT "categories_parent_id_categories_id_fk" FOREIGN KEY ("parent_id") REFERENCES "ledger"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."import_chunks" ADD CONSTRAINT "import_chunks_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "ledger"."imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."import_origins" ADD CONSTRAINT "import_origins_transaction_id_transactions_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "ledger"."transactions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."import_rows" ADD CONSTRAINT "import_rows_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "ledger"."imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."imports" ADD CONSTRAINT "imports_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."imports" ADD CONSTRAINT "imports_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "ledger"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."postings" ADD CONSTRAINT "postings_transaction_id_transactions_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "ledger"."transactions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."postings" ADD CONSTRAINT "postings_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "ledger"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."postings" ADD CONSTRAINT "postings_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "ledger"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."transaction_changes" ADD CONSTRAINT "transaction_changes_transaction_id_transactions_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "ledger"."transactions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."transactions" ADD CONSTRAINT "transactions_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "ledger"."books"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."transactions" ADD CONSTRAINT "transactions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "ledger"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."transactions" ADD CONSTRAINT "transactions_to_account_id_accounts_id_fk" FOREIGN KEY ("to_account_id") REFERENCES "ledger"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_book" ON "ledger"."accounts" USING btree ("book_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_external_code" ON "ledger"."accounts" USING btree ("book_id","external_code") WHERE "ledger"."accounts"."external_code" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_system" ON "ledger"."accounts" USING btree ("book_id","system","currency") WHERE "ledger"."accounts"."system" is not null;--> statement-breakpoint
CREATE INDEX "book_closings_book" ON "ledger"."book_closings" USING btree ("book_id","closed_at");--> statement-breakpoint
CREATE INDEX "book_members_user" ON "ledger"."book_members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "budget_categories_category" ON "ledger"."budget_categories" USING btree ("category_id");--> statement-breakpoint
CREATE INDEX "budgets_book" ON "ledger"."budgets" USING btree ("book_id","created_at","id");--> statement-breakpoint
CREATE INDEX "categories_book" ON "ledger"."categories" USING btree ("book_id","id");--> statement-breakpoint
CREATE INDEX "categories_parent" ON "ledger"."categories" USING btree ("parent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_external_code" ON "ledger"."categories" USING btree ("book_id","external_code") WHERE "ledger"."categories"."external_code" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "categories_uncategorised" ON "ledger"."categories" USING btree ("book_id","kind") WHERE "ledger"."categories"."is_uncategorised";--> statement-breakpoint
CREATE INDEX "import_origins_account" ON "ledger"."import_origins" USING btree ("account_id","date","transaction_id");--> statement-breakpoint
CREATE INDEX "import_rows_verdict" ON "ledger"."import_rows" USING btree ("import_id","verdict","number");--> statement-breakpoint
CREATE INDEX "imports_book" ON "ledger"."imports" USING btree ("book_id","created_at","id");--> statement-breakpoint
CREATE INDEX "imports_account" ON "ledger"."imports" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "postings_account" ON "ledger"."postings" USING btree ("account_id","date","transaction_id");--> statement-breakpoint
CREATE INDEX "postings_category" ON "ledger"."postings" USING btree ("category_id","date","transaction_id");--> statement-breakpoint
CREATE INDEX "transaction_changes_of" ON "ledger"."transaction_changes" USING btree ("transaction_id","changed_at");--> statement-breakpoint
CREATE INDEX "transactions_active" ON "ledger"."transactions" USING btree ("book_id","date","id") WHERE "ledger"."transactions"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "transactions_void" ON "ledger"."transactions" USING btree ("book_id","date","id") WHERE "ledger"."transactions"."voided_at" is not null;--> statement-breakpoint
CREATE INDEX "transactions_kind_page" ON "ledger"."transactions" USING btree ("book_id","kind","date","id") WHERE "ledger"."transactions"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "transactions_cleared" ON "ledger"."transactions" USING btree ("book_id","cleared","date","id") WHERE "ledger"."transactions"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "transactions_currency" ON "ledger"."transactions" USING btree ("book_id","currency","date","id") WHERE "ledger"."transactions"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "transactions_payee" ON "ledger"."transactions" USING btree ("book_id","payee","date","id") WHERE "ledger"."transactions"."payee" is not null and "ledger"."transactions"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "transactions_import" ON "ledger"."transactions" USING btree ("import_id","date","id") WHERE "ledger"."transactions"."import_id" is not null;--> statement-breakpoint
CREATE INDEX "transactions_amount" ON "ledger"."transactions" USING btree ("book_id","amount") WHERE "ledger"."transactions"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "transactions_search" ON "ledger"."transactions" USING gin ("search_text");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_opening" ON "ledger"."transactions" USING btree ("account_id") WHERE "ledger"."transactions"."kind" = 'opening' and "ledger"."transactions"."voided_at" is null;--> statement-breakpoint
CREATE INDEX "transactions_account" ON "ledger"."transactions" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "transactions_to_account" ON "ledger"."transactions" USING btree ("to_account_id") WHERE "ledger"."transactions"."to_account_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_external_id" ON "ledger"."transactions" USING btree ("account_id","external_id") WHERE "ledger"."transactions"."external_id" is not null and "ledger"."transactions"."voided_at" is null;