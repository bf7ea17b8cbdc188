"""Leaves out of a question what its answer does not need: columns of the steps before, and lookups joined for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sudare.engines.sql import Term


def lean(query: exp.Select, lookups: Collection[str]) -> exp.Select:
    """Return the same question without the columns and lookups that nobody asks for.

    Relations nest: each question carries every step since the table was last worked out. `lookups` are tables that
    hold each key once. A left join with one changes no row, so that it goes with the columns taken from it; engines
    cannot know that, and would work it out.

    >>> steps = exp.select("a", "l.b").from_("t").join("l", on="a = l.key0", join_type="left").subquery("s")
    >>> lean(exp.select("a").from_(steps), {"l"}).sql()
    'SELECT a FROM (SELECT a FROM t) AS s'
    """
    asked = query.copy()
    _trim(asked, lookups)
    return asked


def _trim(query: exp.Select, lookups: Collection[str]) -> None:
    _drop_joins(query, lookups)
    used = list(_used(query))
    if any(isinstance(part, exp.Query) for part in used):
        return  # a question within an expression may ask for any column
    columns = [part for part in used if isinstance(part, exp.Column)]
    for source in _sources(query):
        inner = source.this
        if not isinstance(source, exp.Subquery) or not isinstance(inner, exp.Select):
            continue
        if not any(projection.is_star for projection in query.expressions):
            _drop_columns(inner, {column.name for column in columns if column.table in {"", source.alias}})
        _trim(inner, lookups)


def _sources(query: exp.Select) -> Iterator[exp.Expr]:
    start = query.args.get("from_")
    if start is not None:
        yield start.this
    for join in query.args.get("joins") or ():
        yield join.this


def _used(query: exp.Select) -> Iterator[exp.Expr]:
    """Walk over what a query says itself, not over the queries that it reads from."""
    for name, part in query.args.items():
        if name == "from_":
            continue
        for node in part if isinstance(part, list) else [part]:
            if isinstance(node, exp.Join):
                yield from _walked(node.args.get("on"))
            elif isinstance(node, exp.Expr):
                yield from _walked(node)


def _walked(node: Term | None) -> Iterator[exp.Expr]:
    if node is not None:
        yield from node.walk(prune=lambda part: isinstance(part, exp.Query))


def _drop_joins(query: exp.Select, lookups: Collection[str]) -> None:
    # From the last on: the condition of a join may need one before it.
    for join in reversed(query.args.get("joins") or ()):
        name = join.this.name
        if join.side != "LEFT" or not isinstance(join.this, exp.Table) or name not in lookups:
            continue
        own = {id(part) for part in _walked(join.args.get("on"))}
        others = (part for part in _used(query) if id(part) not in own)
        if not any(isinstance(part, exp.Column) and part.table == name for part in others):
            query.args["joins"].remove(join)


def _drop_columns(query: exp.Select, wanted: Collection[str]) -> None:
    """Keep the columns that are wanted, or that another part of the query, such as its order, may call by name."""
    if query.args.get("distinct") is not None:
        return
    parts = (query.args.get(part) for part in ("where", "group", "having", "qualify", "order"))
    named = {node.name for part in parts for node in _walked(part) if isinstance(node, exp.Column) and not node.table}
    kept = [one for one in query.expressions if one.is_star or one.alias_or_name in named | set(wanted)]
    query.set("expressions", kept or query.expressions[:1])
