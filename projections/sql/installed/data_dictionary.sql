-- What every column of the analysts' views means, in the order of the views.
SELECT d.view, d.view_comment, d."column", d.type, d.comment FROM cot_read.data_dictionary d ORDER BY d.view, d.place
