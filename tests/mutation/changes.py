"""Single changes of a query, as a slip of the pen would make them.

Belongs here: what is changed, and how it reads. Does not belong here: whether anybody notices (judge.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

FIXTURE = "__dbt__cte__"
_TURNED: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.And: exp.Or,
    exp.Or: exp.And,
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.ArgMin: exp.ArgMax,
    exp.ArgMax: exp.ArgMin,
    exp.Least: exp.Greatest,
    exp.Greatest: exp.Least,
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
}
_TINY = 1e-6  # below it a number is a tolerance, and no change of it matters


@dataclass(frozen=True)
class Change:
    """One change: where it is, what kind, and the text before and after. `number` tells it from others of the model."""

    number: int
    kind: str
    place: str
    before: str
    after: str


def changed(query: exp.Expression) -> Iterator[tuple[Change, exp.Expression]]:
    """Every change of the model inside dbt's query for a unit test, each with the whole query as it is then."""
    count = sum(1 for _ in _spots(query))
    for number in range(count):
        copy = query.copy()
        kind, node, act = next(spot for index, spot in enumerate(_spots(copy)) if index == number)
        before = node.sql("duckdb")
        place = _place(node)
        after = act()
        yield Change(number, kind, place, _short(before), _short(after)), copy


Spot = tuple[str, exp.Expression, Callable[[], str]]


def _spots(query: exp.Expression) -> Iterator[Spot]:
    model = _model_of(query)
    for node in list(model.walk(bfs=False)):
        if not _is_of_the_model(node, model):
            continue
        yield from _spots_of(node)


def _model_of(query: exp.Expression) -> exp.Expression:
    actual = next(cte for cte in query.find_all(exp.CTE) if cte.alias == "dbt_internal_unit_test_actual")
    (inner,) = [node for node in actual.this.find_all(exp.Subquery) if node.alias == "_dbt_internal_unit_test_actual"]
    return inner


def _is_of_the_model(node: exp.Expression, model: exp.Expression) -> bool:
    parent: exp.Expression | None = node
    while parent is not None and parent is not model:
        if isinstance(parent, exp.CTE) and parent.alias.startswith(FIXTURE):
            return False
        parent = parent.parent
    return True


def _spots_of(node: exp.Expression) -> Iterator[Spot]:
    if type(node) in _TURNED and not (isinstance(node, exp.Min | exp.Max) and node.args.get("expressions")):
        yield "turned", node, lambda: _turn(node)
    if isinstance(node, exp.Literal) and not node.is_string and _is_a_constant(node):
        yield "constant", node, lambda: _move(node)
    if isinstance(node, exp.Join) and node.args.get("on") is not None:
        yield "join", node, lambda: _other_side(node)
    if isinstance(node, exp.Where | exp.Having) and node.parent is not None:
        yield "filter dropped", node, lambda: _drop(node)
    if isinstance(node, exp.Window) and len(node.args.get("partition_by") or []) > 0:
        for index in range(len(node.args["partition_by"])):
            yield "partition key removed", node, lambda index=index: _without_key(node, index)
    if isinstance(node, exp.Ordered) and isinstance(node.find_ancestor(exp.Window, exp.Select), exp.Window):
        yield "order reversed", node, lambda: _reverse(node)
    if isinstance(node, exp.Select) and node.args.get("distinct") is not None:
        yield "distinct removed", node, lambda: _all(node)


def _turn(node: exp.Expression) -> str:
    new = _TURNED[type(node)](**dict(node.args.items()))
    node.replace(new)
    return new.sql("duckdb")


def _is_a_constant(node: exp.Literal) -> bool:
    if abs(float(node.this)) < _TINY:
        return False
    return not isinstance(node.parent, exp.DataTypeParam | exp.Round | exp.Lag | exp.Lead | exp.Pow | exp.Interval)


def _move(node: exp.Literal) -> str:
    value = float(node.this)
    text = str(int(value) + 1) if node.is_int else repr(value * 1.2)
    new = exp.Literal.number(text)
    node.replace(new)
    return text


def _other_side(node: exp.Join) -> str:
    is_left = (node.args.get("side") or "").upper() == "LEFT"
    node.set("side", None if is_left else "LEFT")
    node.set("kind", "INNER" if is_left else None)
    return node.sql("duckdb")


def _drop(node: exp.Expression) -> str:
    node.pop()
    return "(none)"


def _without_key(node: exp.Window, index: int) -> str:
    keys = list(node.args["partition_by"])
    del keys[index]
    node.set("partition_by", keys)
    return node.sql("duckdb")


def _reverse(node: exp.Ordered) -> str:
    node.set("desc", not node.args.get("desc"))
    return node.sql("duckdb")


def _all(node: exp.Select) -> str:
    node.set("distinct", None)
    return node.sql("duckdb")


def _place(node: exp.Expression) -> str:
    cte = node.find_ancestor(exp.CTE)
    return cte.alias if cte is not None and cte.alias != "dbt_internal_unit_test_actual" else "select"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 110 else f"{text[:107]}…"
