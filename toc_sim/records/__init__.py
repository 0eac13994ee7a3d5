"""A company's own records: files of any kind read into tables, visits and purchases."""
