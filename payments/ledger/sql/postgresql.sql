-- Guards and the posting function of the ledger on PostgreSQL. Safe to run again.

-- 1. Append-only.
CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger rows are append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

DROP TRIGGER IF EXISTS ledger_tx_append_only ON ledger_tx;
CREATE TRIGGER ledger_tx_append_only BEFORE UPDATE OR DELETE ON ledger_tx
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

DROP TRIGGER IF EXISTS ledger_entry_append_only ON ledger_entry;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

DROP TRIGGER IF EXISTS ledger_account_append_only ON ledger_account;
CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

DROP TRIGGER IF EXISTS ledger_balance_kept ON ledger_balance;
CREATE TRIGGER ledger_balance_kept BEFORE DELETE ON ledger_balance
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

-- A month of the books only goes forward: open (no row), closed for all but finance, closed for good.
CREATE OR REPLACE FUNCTION ledger_period_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state = 'closed' OR NEW.month <> OLD.month OR NEW.state <> 'closed' THEN
    RAISE EXCEPTION 'ledger months are append-only: % refused', TG_OP USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS ledger_period_forward ON ledger_period;
CREATE TRIGGER ledger_period_forward BEFORE UPDATE OR DELETE ON ledger_period
  FOR EACH ROW EXECUTE FUNCTION ledger_period_forward();

-- 2. Balanced. At commit every new transaction has exactly the legs it declares, and they sum to zero per currency ...
CREATE OR REPLACE FUNCTION ledger_check_tx(checked_id bigint, declared int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  counted int;
  uneven text;
BEGIN
  SELECT sum(s.legs), string_agg(s.currency, ',') FILTER (WHERE s.difference <> 0) INTO counted, uneven
    FROM (SELECT a.currency, count(*) AS legs,
                 sum(CASE e.side WHEN 'D' THEN e.amount ELSE -e.amount END) AS difference
            FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
           WHERE e.tx_id = checked_id GROUP BY a.currency) s;
  IF counted IS DISTINCT FROM declared OR uneven IS NOT NULL THEN
    RAISE EXCEPTION 'ledger transaction % is not balanced', checked_id USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION ledger_tx_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger_check_tx(NEW.id, NEW.legs);
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS ledger_tx_balanced ON ledger_tx;
CREATE CONSTRAINT TRIGGER ledger_tx_balanced AFTER INSERT ON ledger_tx
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_tx_complete();

-- ... and no leg is ever added later: legs arrive with their transaction, in the same database transaction.
CREATE OR REPLACE FUNCTION ledger_entry_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added e JOIN ledger_tx t ON t.id = e.tx_id
              WHERE (SELECT count(*) FROM ledger_entry x WHERE x.tx_id = t.id) > t.legs) THEN
    RAISE EXCEPTION 'a ledger transaction takes no further legs' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS ledger_entry_in_time ON ledger_entry;
CREATE TRIGGER ledger_entry_in_time AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_in_time();

-- 3. In an open month. Whoever books holds the month's lock, shared, until commit; whoever closes it takes it alone,
-- so that a month is closed only when nobody is writing into it. A month other than that of booking has lock 0.
CREATE OR REPLACE FUNCTION ledger_month(at timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date
$$;

CREATE OR REPLACE FUNCTION ledger_month_lock(month date, booked date) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN month = booked THEN (extract(year FROM month) * 12 + extract(month FROM month))::int ELSE 0 END
$$;

CREATE OR REPLACE FUNCTION ledger_tx_in_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  state_then text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7301, s.lock)
     FROM (SELECT DISTINCT ledger_month_lock(ledger_month(t.effective_at), ledger_month(t.recorded_at)) AS lock
             FROM added t ORDER BY 1) s;
  SELECT min(p.state) INTO state_then FROM ledger_period p
   WHERE EXISTS (SELECT 1 FROM added t WHERE ledger_month(t.effective_at) <= p.month
                                         AND (p.state = 'closed' OR t.late_reason = ''));
  IF state_then IS NOT NULL THEN
    RAISE EXCEPTION 'ledger_month_%', state_then USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS ledger_tx_in_open_month ON ledger_tx;
CREATE TRIGGER ledger_tx_in_open_month AFTER INSERT ON ledger_tx
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_tx_in_open_month();

-- 4. Posting. Answers one row per transaction; a single row of NULLs when an account has no row of balances yet.
CREATE OR REPLACE FUNCTION ledger_post(p_heads jsonb, p_legs jsonb)
RETURNS TABLE (tx_key text, tx_id bigint, is_new boolean, tx_digest text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF EXISTS (SELECT 1 FROM jsonb_to_recordset(p_legs) AS l(path text)
              WHERE NOT EXISTS (SELECT 1 FROM ledger_account a
                                  JOIN ledger_balance b ON b.account_id = a.id AND b.shard = pg_backend_pid() % a.shards
                                 WHERE a.path = l.path)) THEN
    RETURN QUERY SELECT NULL::text, NULL::bigint, false, NULL::text;
    RETURN;
  END IF;

  -- Locks in one order, before anything else is touched. A session keeps to one shard of the shared accounts.
  PERFORM 1 FROM ledger_balance b
    WHERE (b.account_id, b.shard) IN (
      SELECT a.id, pg_backend_pid() % a.shards FROM jsonb_to_recordset(p_legs) AS l(path text)
        JOIN ledger_account a ON a.path = l.path)
    ORDER BY b.id FOR UPDATE;

  RETURN QUERY
  WITH heads AS (
    SELECT * FROM jsonb_to_recordset(p_heads) AS h(
      t int, key text, kind text, effective_at timestamptz, recorded_at timestamptz, ref_type text, ref_id bigint,
      reverses_id bigint, actor_id bigint, actor_label text, legs int, digest text,
      late_reason text, meta jsonb)
  ), fresh AS (
    INSERT INTO ledger_tx (key, kind, effective_at, recorded_at, ref_type, ref_id, reverses_id, actor_id, actor_label,
                           legs, digest, late_reason, meta)
    SELECT h.key, h.kind, h.effective_at, h.recorded_at, h.ref_type, h.ref_id, h.reverses_id, h.actor_id, h.actor_label,
           h.legs, h.digest, h.late_reason, h.meta FROM heads h ORDER BY h.t
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, digest
  ), entries AS (
    INSERT INTO ledger_entry (tx_id, account_id, side, amount, order_id, invoice_id, instalment_id, supplier_id)
    SELECT f.id, a.id, l.side, l.amount, l.order_id, l.invoice_id, l.instalment_id, l.supplier_id
      FROM fresh f
      JOIN heads h ON h.key = f.key
      JOIN ROWS FROM (
             jsonb_to_recordset(p_legs) AS (
               t int, path text, side text, amount bigint, order_id bigint, invoice_id bigint, instalment_id bigint,
               supplier_id bigint)
           ) WITH ORDINALITY AS l(t, path, side, amount, order_id, invoice_id, instalment_id, supplier_id, n)
        ON l.t = h.t
      JOIN ledger_account a ON a.path = l.path
     ORDER BY l.n
    RETURNING account_id, side, amount
  ), moved AS (
    UPDATE ledger_balance b SET debits = b.debits + s.debits, credits = b.credits + s.credits
      FROM (SELECT e.account_id, a.shards,
                   coalesce(sum(e.amount) FILTER (WHERE e.side = 'D'), 0) AS debits,
                   coalesce(sum(e.amount) FILTER (WHERE e.side = 'C'), 0) AS credits
              FROM entries e JOIN ledger_account a ON a.id = e.account_id GROUP BY e.account_id, a.shards) s
     WHERE b.account_id = s.account_id AND b.shard = pg_backend_pid() % s.shards
    RETURNING b.id
  )
  SELECT h.key, coalesce(f.id, x.id), f.id IS NOT NULL, coalesce(f.digest, x.digest)::text
    FROM heads h
    LEFT JOIN fresh f ON f.key = h.key
    LEFT JOIN ledger_tx x ON x.key = h.key AND f.id IS NULL
   ORDER BY h.t;
END $$;
