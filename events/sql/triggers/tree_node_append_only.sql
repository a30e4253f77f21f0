-- Refuse every change of cot_log.tree_node, for every role and in replica mode too.
CREATE OR REPLACE TRIGGER tree_node_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cot_log.tree_node
    FOR EACH STATEMENT EXECUTE FUNCTION cot_log.refuse_change();
ALTER TABLE cot_log.tree_node ENABLE ALWAYS TRIGGER tree_node_append_only;
