-- Guards of the ledger on SQLite: rows are append-only, months are closed one way. Safe to run again.
CREATE TRIGGER IF NOT EXISTS ledger_tx_no_update BEFORE UPDATE ON ledger_tx
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_tx_no_delete BEFORE DELETE ON ledger_tx
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_entry_no_update BEFORE UPDATE ON ledger_entry
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_entry_no_delete BEFORE DELETE ON ledger_entry
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_account_no_update BEFORE UPDATE ON ledger_account
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_account_no_delete BEFORE DELETE ON ledger_account
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_balance_no_delete BEFORE DELETE ON ledger_balance
  BEGIN SELECT RAISE(ABORT, 'ledger balances are kept'); END;
CREATE TRIGGER IF NOT EXISTS ledger_entry_no_late_leg BEFORE INSERT ON ledger_entry
  WHEN (SELECT count(*) FROM ledger_entry WHERE tx_id = NEW.tx_id) >= (SELECT legs FROM ledger_tx WHERE id = NEW.tx_id)
  BEGIN SELECT RAISE(ABORT, 'a ledger transaction takes no further legs'); END;
CREATE TRIGGER IF NOT EXISTS ledger_period_forward BEFORE UPDATE ON ledger_period
  WHEN OLD.state = 'closed' OR NEW.month <> OLD.month OR NEW.state <> 'closed'
  BEGIN SELECT RAISE(ABORT, 'ledger months are append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_period_no_delete BEFORE DELETE ON ledger_period
  BEGIN SELECT RAISE(ABORT, 'ledger months are append-only'); END;
-- Without its fraction: SQLite would round the last microsecond of a month into the next one.
CREATE TRIGGER IF NOT EXISTS ledger_tx_in_open_month BEFORE INSERT ON ledger_tx
  BEGIN
    SELECT RAISE(ABORT, 'ledger_month_closed') WHERE EXISTS (
      SELECT 1 FROM ledger_period
       WHERE month >= strftime('%Y-%m-01', substr(NEW.effective_at, 1, 19), '+8 hours') AND state = 'closed');
    SELECT RAISE(ABORT, 'ledger_month_soft_closed') WHERE NEW.late_reason = '' AND EXISTS (
      SELECT 1 FROM ledger_period
       WHERE month >= strftime('%Y-%m-01', substr(NEW.effective_at, 1, 19), '+8 hours') AND state = 'soft_closed');
  END;
