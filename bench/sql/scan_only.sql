-- Make the planner scan the table, in one process, as the floors are meant.
SELECT set_config('enable_indexscan', 'off', false), set_config('enable_bitmapscan', 'off', false),
       set_config('enable_indexonlyscan', 'off', false), set_config('max_parallel_workers_per_gather', '0', false),
       set_config('jit', 'off', false)
