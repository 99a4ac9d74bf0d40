CREATE TABLE "platform"."audit_verifications" (
	"id" smallint PRIMARY KEY NOT NULL,
	"asked_at" timestamptz(3) NOT NULL,
	"keys" text[],
	"began_at" timestamptz(3),
	"finished_at" timestamptz(3),
	"report" json
);
