CREATE SCHEMA "identity";
--> statement-breakpoint
CREATE TABLE "identity"."account_actions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"action" text NOT NULL,
	"reason" text NOT NULL,
	"acted_by" text NOT NULL,
	"acted_at" timestamptz(3) NOT NULL,
	"roles_before" text[] NOT NULL,
	"roles_after" text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."credentials" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"password_hash" text NOT NULL,
	"changed_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."password_resets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	"used_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "identity"."recovery_codes" (
	"user_id" uuid NOT NULL,
	"code_hash" text NOT NULL,
	"used_at" timestamptz(3),
	CONSTRAINT "recovery_codes_user_id_code_hash_pk" PRIMARY KEY("user_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "identity"."registration_codes" (
	"registration_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"mac" text NOT NULL,
	"mailed" boolean NOT NULL,
	"attempts" integer NOT NULL,
	"sent_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	CONSTRAINT "registration_codes_registration_id_number_pk" PRIMARY KEY("registration_id","number")
);
--> statement-breakpoint
CREATE TABLE "identity"."registrations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"address_key" text NOT NULL,
	"display_name" text NOT NULL,
	"password_hash" text,
	"locale" text NOT NULL,
	"time_zone" text NOT NULL,
	"base_currency" text NOT NULL,
	"terms_version" text NOT NULL,
	"decoy" boolean NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	"user_id" uuid
);
--> statement-breakpoint
CREATE TABLE "identity"."revocations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"revoked_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."second_factors" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"sealed_secret" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"confirmed_at" timestamptz(3),
	"last_step" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."session_secrets" (
	"session_id" uuid PRIMARY KEY NOT NULL,
	"family_secret" text NOT NULL,
	"generation" integer NOT NULL,
	"rotated_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"device" text NOT NULL,
	"client" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"authenticated_at" timestamptz(3) NOT NULL,
	"used_at" timestamptz(3) NOT NULL,
	"idle_expires_at" timestamptz(3) NOT NULL,
	"absolute_expires_at" timestamptz(3) NOT NULL,
	"ended_at" timestamptz(3),
	"end_reason" text,
	CONSTRAINT "sessions_idle" CHECK ("identity"."sessions"."idle_expires_at" <= "identity"."sessions"."absolute_expires_at")
);
--> statement-breakpoint
CREATE TABLE "identity"."users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"address_key" text NOT NULL,
	"display_name" text NOT NULL,
	"display_name_key" text NOT NULL,
	"status" text NOT NULL,
	"roles" text[] NOT NULL,
	"locale" text NOT NULL,
	"time_zone" text NOT NULL,
	"base_currency" text NOT NULL,
	"muted_categories" text[] NOT NULL,
	"terms_version" text NOT NULL,
	"terms_accepted_at" timestamptz(3) NOT NULL,
	"has_second_factor" boolean NOT NULL,
	"claims_version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "users_status" CHECK ("identity"."users"."status" in ('active', 'suspended'))
);
--> statement-breakpoint
ALTER TABLE "identity"."account_actions" ADD CONSTRAINT "account_actions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."credentials" ADD CONSTRAINT "credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."registration_codes" ADD CONSTRAINT "registration_codes_registration_id_registrations_id_fk" FOREIGN KEY ("registration_id") REFERENCES "identity"."registrations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."second_factors" ADD CONSTRAINT "second_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."session_secrets" ADD CONSTRAINT "session_secrets_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "identity"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_actions_user" ON "identity"."account_actions" USING btree ("user_id","acted_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "password_resets_token_hash" ON "identity"."password_resets" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "password_resets_user" ON "identity"."password_resets" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "password_resets_expires" ON "identity"."password_resets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "registrations_expires" ON "identity"."registrations" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "revocations_revoked" ON "identity"."revocations" USING btree ("revoked_at");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "identity"."sessions" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "sessions_over" ON "identity"."sessions" USING btree (least("ended_at", "idle_expires_at"));--> statement-breakpoint
CREATE UNIQUE INDEX "users_address_key" ON "identity"."users" USING btree ("address_key");--> statement-breakpoint
CREATE INDEX "users_created" ON "identity"."users" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "users_display_name_key" ON "identity"."users" USING btree ("display_name_key" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_with_roles" ON "identity"."users" USING btree ("created_at","id") WHERE cardinality("identity"."users"."roles") > 1;--> statement-breakpoint
CREATE INDEX "users_suspended" ON "identity"."users" USING btree ("created_at","id") WHERE "identity"."users"."status" = 'suspended';