CREATE TABLE "audit"."checkpoints" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"statement" text NOT NULL,
	"signature" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit"."entries" (
	"seq" bigint NOT NULL,
	"recorded_at" timestamptz(3) NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"kind" text NOT NULL,
	"content" text NOT NULL,
	"hash" text NOT NULL,
	"actor_type" text,
	"actor_id" text,
	"request_id" text,
	"operation" text,
	"table_name" text,
	"targets" text[],
	"status" integer,
	"attribution" text,
	CONSTRAINT "entries_seq_recorded_at_pk" PRIMARY KEY("seq","recorded_at")
) PARTITION BY RANGE ("recorded_at");
--> statement-breakpoint
CREATE TABLE "audit"."position" (
	"id" smallint PRIMARY KEY NOT NULL,
	"system_id" text NOT NULL,
	"timeline" integer NOT NULL,
	"slot" text NOT NULL,
	"lsn" text,
	"ordinal" integer NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	"recorded_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit"."seen_counters" (
	"source" text NOT NULL,
	"block" integer NOT NULL,
	"bits" text NOT NULL,
	CONSTRAINT "seen_counters_source_block_pk" PRIMARY KEY("source","block")
);
--> statement-breakpoint
CREATE TABLE "audit"."unfinished" (
	"request_id" text PRIMARY KEY NOT NULL,
	"committed_at" timestamptz(3) NOT NULL,
	"context" text NOT NULL,
	"lsn" text NOT NULL,
	"reported_at" timestamptz(3)
);
--> statement-breakpoint
CREATE INDEX "entries_by_actor" ON "audit"."entries" USING btree ("actor_id","seq");--> statement-breakpoint
CREATE INDEX "entries_by_request" ON "audit"."entries" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "entries_by_operation" ON "audit"."entries" USING btree ("operation","seq");--> statement-breakpoint
CREATE INDEX "entries_by_time" ON "audit"."entries" USING btree ("at");--> statement-breakpoint
CREATE INDEX "entries_by_target" ON "audit"."entries" USING gin ("targets");--> statement-breakpoint
CREATE INDEX "unfinished_by_time" ON "audit"."unfinished" USING btree ("committed_at");--> statement-breakpoint
-- What is recorded stays as it was recorded, also for whoever has the relay's password. By row, because a statement that
-- names a partition fires no statement trigger of the whole.
CREATE FUNCTION "audit"."refuse_change"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
-- Restoring a snapshot truncates tables that are empty.
CREATE FUNCTION "audit"."refuse_truncate"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  has_rows boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO has_rows;
  IF has_rows THEN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "entries_append_only" BEFORE UPDATE OR DELETE ON "audit"."entries"
  FOR EACH ROW EXECUTE FUNCTION "audit"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "entries_keep" BEFORE TRUNCATE ON "audit"."entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit"."refuse_truncate"();
--> statement-breakpoint
CREATE TRIGGER "checkpoints_append_only" BEFORE UPDATE OR DELETE ON "audit"."checkpoints"
  FOR EACH ROW EXECUTE FUNCTION "audit"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "checkpoints_keep" BEFORE TRUNCATE ON "audit"."checkpoints"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit"."refuse_truncate"();
--> statement-breakpoint
-- The relay makes no tables; it asks for the month's. True = made now.
CREATE FUNCTION "audit"."make_partition"("day" date) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  first date := date_trunc('month', day)::date;
  name text := format('entries_%s', to_char(day, 'YYYY_MM'));
BEGIN
  IF day NOT BETWEEN '2000-01-01' AND '2199-12-31' THEN
    RAISE EXCEPTION 'no month of the audit trail: %', day USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(8246108931375105);
  IF to_regclass(format('audit.%I', name)) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.entries FOR VALUES FROM (%L) TO (%L)',
    name, first::timestamptz, (first + interval '1 month')::timestamptz);
  EXECUTE format('CREATE TRIGGER entries_keep BEFORE TRUNCATE ON audit.%I
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_truncate()', name);
  RETURN true;
END $$;
--> statement-breakpoint
-- Drops the months that ended before "before", oldest first, whose last entry a tombstone names. Nothing younger than a
-- year, whoever asks. Gives the names of what it dropped.
CREATE FUNCTION "audit"."drop_expired"("before" timestamptz) RETURNS SETOF text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  part record;
  last_seq bigint;
BEGIN
  IF before > now() - interval '12 months' THEN
    RAISE EXCEPTION 'the audit trail is kept for at least 12 months' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR part IN
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.entries'::regclass AND c.relname ~ '^entries_\d{4}_\d{2}$'
      AND to_date(substr(c.relname, 9), 'YYYY_MM') + interval '1 month' <= before
    ORDER BY 1
  LOOP
    EXECUTE format('SELECT max(seq) FROM audit.%I', part.name) INTO last_seq;
    IF last_seq IS NOT NULL AND NOT EXISTS (
      SELECT FROM audit.entries WHERE kind = 'tombstone' AND seq > last_seq
        AND (content::jsonb #>> '{data,statement,throughSeq}')::bigint >= last_seq
    ) THEN
      RETURN;
    END IF;
    EXECUTE format('DROP TABLE audit.%I', part.name);
    RETURN NEXT part.name;
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION "audit"."make_partition"(date), "audit"."drop_expired"(timestamptz) FROM PUBLIC;
