"""Writes the next migration: `make migration NAME=what_changes`.

It compares the models with an SQLite database that has all earlier migrations; the tests then run the result on both
databases. Read what it wrote: a renamed column looks like a dropped and a new one.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.script import Script
from sqlalchemy import ForeignKeyConstraint, create_engine

from migrations import runner


def main(name: str) -> None:
    """Write `migrations/versions/NNNN_<name>.py`, numbered after the newest one."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "schema.db"
        if any(runner.VERSIONS.glob("*.py")):
            asyncio.run(runner.upgrade(f"sqlite+aiosqlite:///{file}"))
        engine = create_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            config = runner.config()
            config.attributes["connection"] = connection
            script = command.revision(
                config,
                message=name.replace("_", " "),
                autogenerate=True,
                rev_id=f"{len(list(runner.VERSIONS.glob('*.py'))) + 1:04}",
                process_revision_directives=_references_last,
            )
        engine.dispose()
    assert isinstance(script, Script)
    written = Path(script.path)
    lines = written.read_text().splitlines(keepends=True)
    written.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")))
    for arguments in (["format"], ["check", "--fix"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, "--quiet", written], check=True)


def _references_last(
    _: MigrationContext, __: str | Iterable[str | None] | Iterable[str], directives: list[ops.MigrationScript]
) -> None:
    """Tables that refer to each other are created first and joined afterwards (`use_alter` in the models)."""
    for script in directives:
        assert script.upgrade_ops is not None
        assert script.downgrade_ops is not None
        for created in [item for item in script.upgrade_ops.ops if isinstance(item, ops.CreateTableOp)]:
            late = [c for c in created.columns if isinstance(c, ForeignKeyConstraint) and c.use_alter]
            for constraint in late:
                add = ops.CreateForeignKeyOp.from_constraint(constraint)
                add.kw.pop("use_alter", None)
                created.columns = [item for item in created.columns if item is not constraint]
                script.upgrade_ops.ops.append(ops.ModifyTableOps(created.table_name, [add]))
                drop = ops.DropConstraintOp(constraint.name, created.table_name, type_="foreignkey")
                script.downgrade_ops.ops.insert(0, ops.ModifyTableOps(created.table_name, [drop]))


if __name__ == "__main__":
    main(sys.argv[1])
