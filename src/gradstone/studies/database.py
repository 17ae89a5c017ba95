"""Optuna, imported when it is used, and the database in which a search is kept."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from gradstone.errors import DataError, FileError, KindError

TOLD = "gradstone"
"""The attribute of a study that holds what it was begun with."""
WAIT = 60
"""Seconds to wait for a file that another process is writing."""
ATTEMPTS = 5


def optuna() -> ModuleType:
    """The library, with its own log silenced.

    Raises:
        KindError: it is not installed.
    """
    try:
        import optuna as found
    except ImportError as error:
        wanted, advice = "Optuna is wanted", "Write: pip install 'gradstone[tune]'"
        raise KindError("tuning", "Optuna is not installed", wanted, advice) from error
    found.logging.set_verbosity(logging.ERROR)
    return found


def file_url(path: Path) -> str:
    """The address of an SQLite file; KindError where Optuna is not installed."""
    optuna()
    from sqlalchemy.engine import URL

    return URL.create("sqlite", database=str(path.resolve())).render_as_string()


@contextmanager
def opened(
    storage: str, name: str, told: Mapping[str, Any], sampler: Any, pruner: Any
) -> Iterator[Any]:
    """A study by name, a new one or one to go on with; the database is closed after it.

    Args:
        storage: a database's address, as SQLAlchemy reads it. name: of the study.
        told: what must be the same in all that work on the study, as plain data.

    Raises:
        FileError: the database cannot be opened. DataError: the study was begun with other
            choices, or by another program.
    """
    found, subject = optuna(), f"storage {shown(storage)}"
    engine = {"connect_args": {"timeout": WAIT}} if storage.startswith("sqlite") else {}
    place = _tried(lambda: found.storages.RDBStorage(storage, engine_kwargs=engine), subject)
    try:
        study = _tried(
            lambda: found.create_study(
                storage=place, sampler=sampler, pruner=pruner, study_name=name, load_if_exists=True
            ),
            subject,
        )
        plain = json.loads(json.dumps(told))
        if TOLD not in study.user_attrs and not study.trials:
            study.set_user_attr(TOLD, plain)
        _compare(study.user_attrs.get(TOLD), plain, name)
        yield study
    finally:
        place.remove_session()
        place.engine.dispose()


def _tried(made: Callable[[], Any], subject: str) -> Any:
    """What is made; two that make the tables of a new file at once are given another try."""
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    errors = optuna().exceptions
    wanted = "a database that can be opened is wanted"
    for attempt in range(ATTEMPTS):
        try:
            return made()
        except (ArgumentError, NoSuchModuleError) as error:
            advice = "As sqlite:///search.db, or postgresql://user:password@host/name."
            raise FileError(subject, "that is no address of a database", wanted, advice) from error
        except ImportError as error:
            advice = "Install it, as psycopg2-binary for PostgreSQL or PyMySQL for MySQL."
            raise FileError(subject, "the driver is missing", wanted, advice) from error
        except (SQLAlchemyError, errors.OptunaError, RuntimeError, ValueError) as error:
            if _raced(error) and attempt < ATTEMPTS - 1:
                time.sleep(0.2 * (attempt + 1))
                continue
            raise FileError(subject, _reason(error), wanted) from error
    raise AssertionError("unreachable")


def _raced(error: BaseException) -> bool:
    """Whether another process was making the same tables at the same time."""
    words = ("already exists", "UNIQUE constraint", "Duplicate entry", "duplicate key", "locked")
    return any(one in str(error) for one in words)


def _reason(error: BaseException) -> str:
    """The innermost reason in a line, without the statement and its address."""
    inner = getattr(error, "orig", None) or error.__cause__
    while isinstance(inner, BaseException) and getattr(inner, "orig", None) is not None:
        inner = inner.orig  # type: ignore[attr-defined]
    lines = str(inner or error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:120]


def shown(storage: str) -> str:
    """An address without its password."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(storage).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return storage.partition("://")[0] + "://…" if "://" in storage else storage[:40]


def _compare(begun: Any, plain: Mapping[str, Any], name: str) -> None:
    advice = "Repeat its choices, or begin another with --study NAME."
    if not isinstance(begun, dict):
        wanted = "one that Gradstone began is wanted"
        raise DataError(f"study {name}", "another program began it", wanted, advice)
    for key, value in plain.items():
        if begun.get(key) != value:
            came = f"it was begun with {key} {_brief(begun.get(key))}, now {_brief(value)} came"
            raise DataError(f"study {name}", came, "the same choices are wanted", advice)


def _brief(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else text[:59] + "…"
