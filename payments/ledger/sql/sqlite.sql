-- Guards of the ledger on SQLite: rows are append-only. Safe to run again.
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
