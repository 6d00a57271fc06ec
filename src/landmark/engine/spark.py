"""Spark runs what SQLGlot makes of a stage's SQL. It is an extra, and needs Java."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from landmark.engine import statement
from landmark.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from pyspark.sql import SparkSession

_ROWS_OF_A_BATCH = 122_880
_LOGGING = """rootLogger.level = error
rootLogger.appenderRef.terminal.ref = terminal
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
appender.terminal.type = Console
appender.terminal.name = terminal
appender.terminal.target = SYSTEM_ERR
appender.terminal.layout.type = PatternLayout
appender.terminal.layout.pattern = Spark: %p %c{1}: %m%n%ex{0}
"""


@functools.cache
def translation(stage: str) -> str:
    """Give the SQL text of a stage in Spark's dialect, without its comments.

    Raises:
        sqlglot.errors.SqlglotError: the statement says something that Spark has no words for.
    """
    import sqlglot  # noqa: PLC0415 - start-up time

    (translated,) = sqlglot.transpile(
        statement(stage), read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False
    )
    return translated


class SparkEngine:
    """Spark: a session with settings and views of its own, in a context that starts with the first stage.

    Args:
        on: a running session, whose settings and views stay as they are; or the master of a context to be started,
            unless one runs in this process already.
        folder: where a context that is started here may put what it cannot hold in memory; None: a temporary one.

    Raises:
        MachineError: Spark or Java is not there.
    """

    def __init__(self, on: SparkSession | str = "local[2]", folder: Path | None = None) -> None:
        """See that what is needed is there; nothing is started yet."""
        _need_spark()
        self._on = on
        self._folder = folder
        self._own: SparkSession | None = None
        self._session: SparkSession | None = None

    def run(
        self, stage: str, tables: Mapping[str, pa.Table | Path], parameters: Mapping[str, int | str | bool]
    ) -> pa.Table:
        """Run the translation of a stage; see `Runner`. A cluster cannot read files here: they are sent to it.

        Raises:
            MachineError: Spark could not start, or not finish the stage.
        """
        with _refused("it needs Java 17 or later, and the cluster that MASTER names, if any"):
            session = self._session = self._session or self._start()
        with _refused(f"it did not finish the stage {stage}; see that it has memory and disk"):
            try:
                for name, table in tables.items():
                    given = table if isinstance(table, pa.Table) else pq.read_table(table, memory_map=False)
                    session.createDataFrame(given).createOrReplaceTempView(name)
                return session.sql(translation(stage), args=dict(parameters)).toArrow()
            finally:
                for name in tables:
                    session.catalog.dropTempView(name)

    def each(self, asked: Iterator[tuple[str, Mapping[str, pa.Table | Path]]]) -> Generator[pa.Table]:
        """Run stages, each over its tables; see `Runner`. In turn: the cluster divides the work of one."""
        return (self.run(stage, tables, {}) for stage, tables in asked)

    def let_go(self) -> None:
        """Leave it to Java when it gives memory back; see `Runner`."""

    def close(self) -> None:
        """End what was started here, and delete what it left on disk."""
        self._session = None
        if self._own is not None:
            # Where Java has died, there is nothing left to be ended; what killed the stage has been said.
            with contextlib.suppress(MachineError), _refused("it did not stop"):
                self._own.stop()
            self._own = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> SparkSession:
        from pyspark.logger import PySparkLogger  # noqa: PLC0415 - an extra, imported where it is used
        from pyspark.sql import SparkSession  # noqa: PLC0415 - as above

        # It would write the message of an error to the terminal, with the values in it.
        PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
        known = SparkSession.getActiveSession() if isinstance(self._on, str) else self._on
        session = (known or self._begin(str(self._on))).newSession()
        for name, value in {
            "spark.sql.ansi.enabled": "true",  # what overflows is an error, as on the other engine
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.execution.arrow.maxRecordsPerBatch": str(_ROWS_OF_A_BATCH),
        }.items():
            session.conf.set(name, value)
        return session

    def _begin(self, master: str) -> SparkSession:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, imported where it is used

        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="landmark-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        logging = self._folder / "log4j2.properties"
        logging.write_text(_LOGGING, encoding="ascii")
        settings = {
            "spark.app.name": "landmark",
            "spark.master": master,
            "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging.absolute().as_uri()}",
            "spark.local.dir": str(self._folder.absolute()),
            "spark.sql.warehouse.dir": str(self._folder.absolute() / "warehouse"),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        if master.startswith("local"):
            # Without these a host name that nobody resolves keeps Spark from starting.
            os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "localhost")
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            settings["spark.driver.bindAddress"] = settings["spark.driver.host"] = "127.0.0.1"
        builder = SparkSession.builder
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._own = builder.getOrCreate()
        return self._own


@contextlib.contextmanager
def _refused(what: str) -> Iterator[None]:
    """Say what the machine refused to Spark. Its own words may quote values, so they are not passed on."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra, imported where it is used
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415 - as above

    try:
        yield
    except (Py4JError, PySparkRuntimeError, OSError) as error:
        raise MachineError(f"Spark: {what} ({_cause(error)})") from error


def _cause(error: BaseException) -> str:
    """Name the first cause of what Java or the system refused: its class only, since its text may quote values."""
    java = getattr(error, "java_exception", None)
    while java is not None and java.getCause() is not None:
        java = java.getCause()
    if java is not None:
        return str(java.getClass().getName())
    return getattr(error, "strerror", None) or type(error).__name__


def _need_spark() -> None:
    if find_spec("pyspark") is None:
        raise MachineError("the engine spark needs the package pyspark; install it with: pip install 'landmark[spark]'")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home) / "bin") if home else None) is None:
        where = "JAVA_HOME has none" if home else "none was found"
        raise MachineError(
            f"the engine spark needs Java 17 or later, and {where}; on Debian: apt-get install openjdk-17-jre-headless"
        )
