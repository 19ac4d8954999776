"""Which source a database, a build and a folder of exports come from."""
