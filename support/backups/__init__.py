"""A backup is one folder that holds all Earshot knows, and can be checked before it is needed.

    earshot-20261121-190000/
        database.dump    of pg_dump; taken first, for a file is stored before a row names it
        files/…          recordings, clips, copies of people's data, under their own names
        manifest.json    what belongs here, with its digests; written last

Secrets in it are encrypted as they are in the database: FIELD_ENCRYPTION_KEYS are not part of it,
and without them nobody gets at them. All else can be read: keep it as the database is kept.
"""
