"""Copies of the whole database, put back later, and a search through everything that is stored."""

import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connection


class Backup:
    """All rows of all tables as they are now: a file copy on SQLite, every row on PostgreSQL."""

    def __init__(self, folder):
        self.file = Path(folder) / "older.copy"
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file) as copy:
                connection.connection.backup(copy)
            copy.close()
        else:
            self.rows = {table: _rows(table) for table in tables()}

    def restore(self):
        """Put everything back as it was."""
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file) as copy:
                copy.backup(connection.connection)
            copy.close()
            return
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table, (columns, rows) in self.rows.items():
                cursor.execute(f'DELETE FROM "{table}"')
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({marks})', [_raw(row) for row in rows])
            cursor.execute("SET session_replication_role = DEFAULT")


def tables():
    """Return the names of all tables."""
    return connection.introspection.table_names()


def finds(words, *, but=()):
    """Return every place in the database and below the state folder where one of the words stands."""
    lowered = [word.lower() for word in words]
    found = []
    for table in tables():
        columns, rows = _rows(table)
        for row in rows:
            for column, value in zip(columns, row, strict=True):
                text = str(value).lower()
                found += [f"{table}.{column}: {word}" for word in lowered if word in text]
    for file in Path(settings.VAR).rglob("*"):
        if file.is_file() and file.name not in but:
            data = file.read_bytes().lower()
            found += [f"{file.name}: {word}" for word in lowered if word.encode() in data]
    return found


def _rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return [column[0] for column in cursor.description], cursor.fetchall()


def _raw(row):
    from psycopg.types.json import Jsonb

    return [Jsonb(value) if isinstance(value, dict | list) else value for value in row]
