"""Laws of landing that hold for any input."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.common.workspace import Workspace
from orchestration.landing.privacy.pseudonymise import define_pseudonym, pseudonym
from tests.support.landing_tools import EVENTS, landed, lines, pull, rejected


@given(value=st.text(min_size=1), key=st.binary(min_size=1, max_size=100))
@settings(max_examples=60, deadline=None)
def test_a_pseudonym_is_the_same_in_sql_and_python(value: str, key: bytes):
    connection = duckdb.connect()
    define_pseudonym(connection, key)
    plain = value.encode("utf-8", "ignore").decode().replace("\0", "")
    in_sql = connection.execute("select pseudonym($1), lower(trim($1))", [plain]).fetchone()
    # both engines fold case; where they fold differently (Turkish İ, say) the token follows DuckDB's text
    assert in_sql is not None
    assert in_sql[0] == pseudonym(in_sql[1], key) or in_sql[1] != plain.strip().lower()


texts = st.text(alphabet="ab{}\"',:é☃ \t1", max_size=12)
records = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["1", "2", "3", None]) | texts,
        "org": st.sampled_from(["a", "b", None]) | texts,
        "name": texts,
        "time": st.sampled_from(["2025-01-01T10:00:00Z", "2025-01-01", "x", "", None, 7]),
        "n": st.sampled_from([1, 2, "3", "x", None, [1], {"a": 1}]),
    },
)


@given(content=st.lists(records | texts.filter(lambda text: text.strip() != ""), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_arrives_the_balance_holds(tmp_path_factory: pytest.TempPathFactory, content: list):
    folder = tmp_path_factory.mktemp("any")
    workspace = Workspace(folder, folder / "data")
    lines(workspace, "2025-01-01", *content)
    manifest = pull(workspace, EVENTS)
    assert manifest.balances
    assert manifest.received == manifest.filtered + manifest.rows
    assert manifest.landed == len(landed(workspace, "events", "event_id"))
    assert manifest.rejected == len(rejected(workspace))
