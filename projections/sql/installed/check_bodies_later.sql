-- For this transaction: do not look into the bodies of functions while they are created, because they may call
-- each other and are installed in the order of their names.
SELECT set_config('check_function_bodies', 'off', true)
