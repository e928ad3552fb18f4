"""Files in and out: tables as workbooks or csv, read, checked, taken in and written."""
