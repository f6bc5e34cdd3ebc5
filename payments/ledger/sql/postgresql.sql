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
DROP FUNCTION IF EXISTS ledger_check_tx(bigint, int);
CREATE OR REPLACE FUNCTION ledger_tx_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  counted int;
  difference bigint;
  is_plain boolean;
BEGIN
  SELECT count(*), sum(CASE e.side WHEN 'D' THEN e.amount ELSE -e.amount END), min(a.currency) = max(a.currency)
    INTO counted, difference, is_plain
    FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.tx_id = NEW.id;
  IF counted = NEW.legs AND difference = 0 AND (is_plain OR NOT EXISTS (
       SELECT 1 FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.tx_id = NEW.id
        GROUP BY a.currency HAVING sum(CASE e.side WHEN 'D' THEN e.amount ELSE -e.amount END) <> 0)) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'ledger transaction % is not balanced', NEW.id USING ERRCODE = 'check_violation';
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

DROP FUNCTION IF EXISTS ledger_month_lock(date, date);

-- 3. In an open month. Whoever books holds the month's lock, shared, until commit; whoever closes it takes it alone,
-- so that a month is closed only when nobody is writing into it. A month other than that of booking has lock 0.
CREATE OR REPLACE FUNCTION ledger_month(at timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date
$$;

CREATE OR REPLACE FUNCTION ledger_tx_in_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  falls_in date := ledger_month(NEW.effective_at);
  state_then text;
BEGIN
  IF pg_advisory_xact_lock_shared(7301, CASE WHEN falls_in = ledger_month(NEW.recorded_at)
                                             THEN date_part('year', falls_in)::int * 12 + date_part('month', falls_in)::int
                                             ELSE 0 END) IS NULL THEN
    RETURN NULL;  -- never: asked in an expression, which costs less than a query
  END IF;
  SELECT min(p.state) INTO state_then FROM ledger_period p
   WHERE p.month >= falls_in AND (p.state = 'closed' OR NEW.late_reason = '');
  IF state_then IS NOT NULL THEN
    RAISE EXCEPTION 'ledger_month_%', state_then USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS ledger_tx_in_open_month ON ledger_tx;
CREATE TRIGGER ledger_tx_in_open_month AFTER INSERT ON ledger_tx
  FOR EACH ROW EXECUTE FUNCTION ledger_tx_in_open_month();

-- 4. Posting. Heads are transactions; legs name their head (`t`) and account (`a`) by their places in p_heads and
-- p_paths, from 1. Answers one row per head; a single row of NULLs when an account has no row of balances yet.
-- Every statement below finds its rows by key, whatever the size of the books. Keys come first, then balances, those
-- in one order, so that two postings never wait for each other in a circle.
DROP FUNCTION IF EXISTS ledger_post(jsonb, jsonb);
CREATE OR REPLACE FUNCTION ledger_post(p_heads jsonb, p_legs jsonb, p_paths text[])
RETURNS TABLE (tx_key text, tx_id bigint, is_new boolean, tx_digest text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  accounts bigint[];
  balances bigint[];
  fresh bigint[] := '{}';
  h record;
  m record;
BEGIN
  -- A session keeps to one row of the accounts whose balance is in several.
  SELECT array_agg(a.id ORDER BY p.n), array_agg(b.id ORDER BY p.n) INTO accounts, balances
    FROM unnest(p_paths) WITH ORDINALITY AS p(path, n)
    JOIN ledger_account a ON a.path = p.path
    JOIN ledger_balance b ON b.account_id = a.id AND b.shard = pg_backend_pid() % a.shards;
  IF cardinality(accounts) IS DISTINCT FROM cardinality(p_paths) THEN
    RETURN QUERY SELECT NULL::text, NULL::bigint, false, NULL::text;
    RETURN;
  END IF;

  FOR h IN SELECT * FROM jsonb_to_recordset(p_heads) AS r(
      key text, kind text, effective_at timestamptz, recorded_at timestamptz, ref_type text, ref_id bigint,
      reverses_id bigint, actor_id bigint, actor_label text, legs int, digest text, late_reason text, meta jsonb)
  LOOP
    tx_key := h.key;
    tx_digest := h.digest;
    INSERT INTO ledger_tx (key, kind, effective_at, recorded_at, ref_type, ref_id, reverses_id, actor_id, actor_label,
                           legs, digest, late_reason, meta)
      VALUES (h.key, h.kind, h.effective_at, h.recorded_at, h.ref_type, h.ref_id, h.reverses_id, h.actor_id,
              h.actor_label, h.legs, h.digest, h.late_reason, h.meta)
      ON CONFLICT (key) DO NOTHING RETURNING id INTO tx_id;
    is_new := tx_id IS NOT NULL;
    fresh := fresh || tx_id;
    IF NOT is_new THEN
      SELECT t.id, t.digest INTO tx_id, tx_digest FROM ledger_tx t WHERE t.key = h.key;
    END IF;
    RETURN NEXT;
  END LOOP;

  FOR m IN
    SELECT balances[l.a] AS id, sum(CASE l.side WHEN 'D' THEN l.amount ELSE 0 END)::bigint AS debits,
           sum(CASE l.side WHEN 'D' THEN 0 ELSE l.amount END)::bigint AS credits
      FROM jsonb_to_recordset(p_legs) AS l(t int, a int, side text, amount bigint)
     WHERE fresh[l.t] IS NOT NULL GROUP BY 1 ORDER BY 1
  LOOP
    UPDATE ledger_balance b SET debits = b.debits + m.debits, credits = b.credits + m.credits WHERE b.id = m.id;
  END LOOP;

  INSERT INTO ledger_entry (tx_id, account_id, side, amount, order_id, invoice_id, instalment_id, supplier_id)
    SELECT fresh[l.t], accounts[l.a], l.side, l.amount, l.order_id, l.invoice_id, l.instalment_id, l.supplier_id
      FROM jsonb_to_recordset(p_legs) AS l(t int, a int, side text, amount bigint, order_id bigint, invoice_id bigint,
                                           instalment_id bigint, supplier_id bigint)
     WHERE fresh[l.t] IS NOT NULL;
END $$;
