"""Files in and out: tables of needs and offers as csv or xlsx, read, checked, taken in and written."""
