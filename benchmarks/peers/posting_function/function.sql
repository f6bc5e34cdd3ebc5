-- The peer: a posting function for two legs written by hand, with the guards ours has and nothing more.
-- Idempotency key, stored balances that may not go below zero, positive legs, protected foreign keys, rows that are
-- never changed, legs that are balanced at commit, months that are closed under a lock.
CREATE TABLE account (
  id bigint PRIMARY KEY, normal char(1) NOT NULL, guarded boolean NOT NULL,
  debits bigint NOT NULL DEFAULT 0, credits bigint NOT NULL DEFAULT 0,
  CHECK (NOT guarded OR (normal = 'D' AND debits >= credits) OR (normal = 'C' AND credits >= debits)));
CREATE TABLE tx (
  id bigserial PRIMARY KEY, key varchar(120) NOT NULL UNIQUE, kind varchar(40) NOT NULL,
  effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(), actor varchar(254) NOT NULL,
  reverses bigint UNIQUE REFERENCES tx, digest char(64) NOT NULL, meta jsonb NOT NULL DEFAULT '{}');
CREATE INDEX ON tx (effective_at);
CREATE TABLE entry (
  id bigserial PRIMARY KEY, tx bigint NOT NULL REFERENCES tx, account bigint NOT NULL REFERENCES account,
  side char(1) NOT NULL, amount bigint NOT NULL CHECK (amount > 0), order_id bigint);
CREATE INDEX ON entry (tx);
CREATE INDEX ON entry (account, id);
CREATE INDEX ON entry (order_id) WHERE order_id IS NOT NULL;
CREATE TABLE period (month date PRIMARY KEY, closed boolean NOT NULL);

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only'; END $$;
CREATE TRIGGER tx_kept BEFORE UPDATE OR DELETE ON tx FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER entry_kept BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse();

CREATE FUNCTION balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(CASE side WHEN 'D' THEN amount ELSE -amount END) FROM entry WHERE tx = NEW.id) IS DISTINCT FROM 0 THEN
    RAISE EXCEPTION 'not balanced';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tx_balanced AFTER INSERT ON tx DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION balanced();

CREATE FUNCTION post(p_key text, p_kind text, p_at timestamptz, p_actor text, p_digest text, p_debit bigint,
                     p_credit bigint, p_amount bigint, p_order bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  new_id bigint;
  known text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(1, (extract(year FROM p_at) * 12 + extract(month FROM p_at))::int);
  IF EXISTS (SELECT 1 FROM period WHERE month >= date_trunc('month', p_at AT TIME ZONE 'Asia/Shanghai') AND closed) THEN
    RAISE EXCEPTION 'closed';
  END IF;
  INSERT INTO tx (key, kind, effective_at, actor, digest) VALUES (p_key, p_kind, p_at, p_actor, p_digest)
    ON CONFLICT (key) DO NOTHING RETURNING id INTO new_id;
  IF new_id IS NULL THEN
    SELECT id, digest INTO new_id, known FROM tx WHERE key = p_key;
    IF known <> p_digest THEN RAISE EXCEPTION 'key reused'; END IF;
    RETURN new_id;
  END IF;
  INSERT INTO entry (tx, account, side, amount, order_id)
    VALUES (new_id, p_debit, 'D', p_amount, p_order), (new_id, p_credit, 'C', p_amount, p_order);
  IF p_debit < p_credit THEN
    UPDATE account SET debits = debits + p_amount WHERE id = p_debit;
    UPDATE account SET credits = credits + p_amount WHERE id = p_credit;
  ELSE
    UPDATE account SET credits = credits + p_amount WHERE id = p_credit;
    UPDATE account SET debits = debits + p_amount WHERE id = p_debit;
  END IF;
  RETURN new_id;
END $$;
