-- For this transaction: read as those do who may only read.
SELECT set_config('role', 'cot_reader', true)
