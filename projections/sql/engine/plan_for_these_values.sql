-- For this transaction: plan each statement for its own values (one key or all keys need different plans), and do
-- not compile queries, which costs more than it saves at these sizes.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)
