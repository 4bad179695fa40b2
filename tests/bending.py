"""Definitions changed in one place at a time: a comparison, a code, a condition, a join."""

from __future__ import annotations

import ast
import copy
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from quarterly.records.define import Measure, Parameter

#: Replacements for a comparison: off by one row either way, and reversed.
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
#: Calls that filter rows, with their first argument as the replacement.
REMOVED = ("children", "counting", "counting_matches", "one_each", "only", "without")
#: Calls with the columns that distinguish rows: how many arguments come before them.
KEYED = {"counting_matches": 2, "only": 2, "without": 2, "one_each": 2, "group_by": 0}
METHODS = {"nunique": "count", "min": "max", "left_join": "join"}
SIBLINGS = (
    ("months_before_12", "months_before_24", "months_before_30"),
    ("born_5", "born_16", "born_18", "born_19", "born_22"),
    ("first_day", "as_at"),
    ("working_day_before", "as_at_working_day"),
)
MONTHS = (12, 24, 30)
LOAD = ast.Load()
#: The parameter that definitions use for records.
RECORDS = ("r", "records")


@dataclass(frozen=True)
class Bend:
    """A change to a definition, or to a function or tuple of codes that definitions use."""

    place: str  # module.name
    line: int
    change: str
    apply: Callable[[], Any]  # applies it and returns a function that undoes it

    def __str__(self) -> str:
        return f"{self.place}: {self.change}"

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Apply the change within the context."""
        restore = self.apply()
        try:
            yield
        finally:
            restore()


def functions(module: ModuleType) -> dict[str, FunctionType]:
    """Return the functions that a module defines, without their wrappers."""
    found = {name: inspect.unwrap(value) for name, value in vars(module).items() if callable(value)}
    return {n: f for n, f in found.items() if inspect.isfunction(f) and f.__module__ == module.__name__}


def uses(function: FunctionType, found: set[str] | None = None) -> set[str]:
    """Return the names of a function, and of the functions and code tuples of the same package that it uses."""
    found = set() if found is None else found
    if (name := _place(function)) in found:
        return found
    found.add(name)
    codes: list[CodeType] = [function.__code__]
    while codes:
        code = codes.pop()
        codes += [part for part in code.co_consts if isinstance(part, CodeType)]
        for used in (function.__globals__.get(name) for name in code.co_names):
            inner = inspect.unwrap(used) if callable(used) else used
            if inspect.isfunction(inner) and inner.__module__.startswith("quarterly.records."):
                uses(inner, found)
        found |= {name for name in code.co_names if isinstance(function.__globals__.get(name), tuple)}
    return found


def _place(function: FunctionType) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def bends(module: ModuleType) -> Iterator[Bend]:
    """Return each possible change to a function of a module."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    known = functions(module)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            whole = copy.deepcopy(node)
            whole.decorator_list = []
            if ast.get_docstring(whole):
                whole.body = whole.body[1:]
            place = f"{module.__name__.rpartition('.')[2]}.{node.name}"
            times: Counter[str] = Counter()
            for line, change, changed in _changed(whole):
                times[change] += 1
                told_apart = change if times[change] == 1 else f"{change} ({times[change]})"
                yield Bend(place, line, told_apart, _swap(known[node.name], module, changed))


def bent_codes(modules: list[ModuleType]) -> Iterator[tuple[str, Bend]]:
    """Return, with the name of each tuple of codes, the tuple with one code removed, wherever it is used."""
    for module in modules:
        for name, codes in list(vars(module).items()):
            written = name.isupper() and isinstance(codes, tuple) and f"\n{name} = (" in inspect.getsource(module)
            if written and all(isinstance(code, str) for code in codes):
                for code in codes:
                    fewer = tuple(other for other in codes if other != code)
                    place = f"{module.__name__.rpartition('.')[2]}.{name}"
                    yield name, Bend(place, 0, f"without {code}", _exchange(modules, name, codes, fewer))


def bent_defaults(measure: Measure) -> Iterator[Bend]:
    """Return other defaults for each parameter of a definition: one more, one fewer, or another word."""
    for name, parameter in measure.parameters.items():
        default = parameter.default
        for other in (default + 1, default - 1) if isinstance(default, int) else (parameter.other,):
            change = f"{name} = {default} → {other}"
            yield Bend(measure.indicator_id, 0, change, _choose(dict(measure.parameters), measure, name, other))


def _choose(was: Mapping[str, Parameter], measure: Measure, name: str, value: int | str) -> Callable[[], Any]:
    def put(parameters: Mapping[str, Parameter]) -> None:
        # Definitions are frozen, so set the attribute directly.
        object.__setattr__(measure, "parameters", parameters)

    def apply() -> Callable[[], None]:
        put({**was, name: replace(was[name], default=value)})
        return lambda: put(was)

    return apply


def _exchange(modules: list[ModuleType], name: str, old: object, new: object) -> Callable[[], Any]:
    def put(value: object) -> None:
        for module in users:
            setattr(module, name, value)

    def apply() -> Callable[[], None]:
        put(new)
        return lambda: put(old)

    users = [module for module in modules if getattr(module, name, None) is old]
    return apply


def _swap(function: FunctionType, module: ModuleType, changed: ast.FunctionDef) -> Callable[[], Any]:
    def apply() -> Callable[[], None]:
        scope = dict(vars(module))
        code = compile(ast.fix_missing_locations(ast.Module([changed], [])), str(module.__file__), "exec")
        exec(code, scope)  # noqa: S102 - the project's own source
        old = function.__code__, function.__defaults__, function.__kwdefaults__
        new = scope[changed.name]
        function.__code__, function.__defaults__, function.__kwdefaults__ = (
            new.__code__,
            new.__defaults__,
            new.__kwdefaults__,
        )

        def restore() -> None:
            function.__code__, function.__defaults__, function.__kwdefaults__ = old

        return restore

    return apply


def _changed(function: ast.FunctionDef) -> Iterator[tuple[int, str, ast.FunctionDef]]:
    """Return each change of a function: the line, a description, and the changed function."""
    for place, node in enumerate(ast.walk(function)):
        for new in _instead(node):
            changed = copy.deepcopy(function)
            target = list(ast.walk(changed))[place]
            if isinstance(new, ast.AST):
                _Replace(target, new).visit(changed)
                said = f"{_said(node)} → {_said(new)}"
            else:
                field, value = new
                setattr(target, field, value)
                said = f"{_said(node)} → {_said(target)}"
            yield getattr(node, "lineno", function.lineno), said, changed


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self._new if node is self._old else self.generic_visit(node)


def _instead(node: ast.AST) -> Iterator[ast.AST | tuple[str, Any]]:
    """Return replacements for a node, or for one of its fields."""
    if isinstance(node, ast.Compare):
        yield from (("ops", [other()]) for other in COMPARISONS.get(type(node.ops[0]), ()))
        left, right = node.left, node.comparators[0]
        if _filled(left) and isinstance(right, ast.Constant | ast.Name):
            yield "left", ast.Call(left.func, [right], [])  # type: ignore[attr-defined]
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in _other_values(node.value))
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (("elts", _without(node.elts, index)) for index in range(len(node.elts)))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        yield node.operand
    elif isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
        turned = {ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add}
        yield "op", turned[type(node.op)]()
    elif isinstance(node, ast.Attribute):
        siblings = [other for group in SIBLINGS if node.attr in group for other in group if other != node.attr]
        yield from (("attr", other) for other in siblings)
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)


def _other_calls(node: ast.Call) -> Iterator[ast.AST | tuple[str, Any]]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    of = node.func.value if isinstance(node.func, ast.Attribute) else None
    if name in REMOVED:
        yield next(arg for arg in node.args if not (isinstance(arg, ast.Name) and arg.id in RECORDS))
    if name == "desc":
        yield node.args[0]
    if of and name in ("fill_null", "distinct", "upper", "lower", "replace"):
        yield of
    if of and name == "filter":
        yield from [("args", _without(node.args, index)) for index in range(len(node.args))] if node.args[1:] else [of]
    if of and name == "isin" and _filled(of):
        missing = ast.Call(ast.Attribute(of.func.value, "isnull", LOAD), [], [])  # type: ignore[attr-defined]
        yield ast.BinOp(missing, ast.BitOr(), node)
    if of and name in METHODS:
        yield "func", ast.Attribute(of, METHODS[name], LOAD)
    keys = range(KEYED.get(name, len(node.args)), len(node.args))
    if len(keys) > 1:
        yield from (("args", _without(node.args, index)) for index in keys)
    yield from (("keywords", _without(node.keywords, index)) for index in range(len(node.keywords)))


def _filled(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fill_null"


def _without(values: list[Any], index: int) -> list[Any]:
    return values[:index] + values[index + 1 :]


def _other_values(value: object) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, *(other for other in MONTHS if value in MONTHS and other != value)]
    if value == "first_day":
        return ["as_at", "year_start"]
    return [f"{value}_"] if isinstance(value, str) and value else []
