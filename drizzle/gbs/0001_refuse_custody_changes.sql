-- What is recorded stays as it was recorded, also for whoever has the application's password. (Privileges cannot say it:
-- each migration grants them anew on all tables.) TRUNCATE is the owner's alone, and restoring a snapshot needs it.
CREATE FUNCTION "gbs"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'custody entries are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER "custody_entries_append_only"
  BEFORE UPDATE OR DELETE ON "gbs"."custody_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "gbs"."refuse_change"();
