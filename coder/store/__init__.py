"""The study file: tables, engine, migrations, log, backups. SQLAlchemy stays in here."""
