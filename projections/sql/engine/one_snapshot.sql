-- All statements of this transaction see the same moment, and none writes.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
