-- All tables of a backup are read as they stood at one moment.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
