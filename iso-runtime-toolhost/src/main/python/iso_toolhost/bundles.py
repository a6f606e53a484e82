"""Bundles as they are loaded: directories of modules whose public functions are tools.

A bundle is the package of its directory's name, so that its modules import each other by ``from . import …``; siblings
are found by their bare names as well. All that is wrong with it is collected and told at once, by file and line.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import inspect
import os
import re
import sys
import traceback
import types
from typing import Any, Callable, Iterator, NamedTuple

from iso_toolhost.schemas import Schema, Shape, Unsupported, hints_of, shape
from iso_toolhost.values import Misfit, Unserialisable, schematic

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,63}\Z")


class Bundle(NamedTuple):
    """``modules`` are those that are asked for, or all; ``without`` those that are somewhere else."""

    name: str
    path: str
    modules: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Parameter(NamedTuple):
    name: str
    shape: Shape
    required: bool
    positional: bool


class Fault(NamedTuple):
    bundle: str
    file: str
    line: int
    message: str


class Tool(NamedTuple):
    name: str
    function: Callable[..., Any]
    parameters: dict[str, Parameter]
    schema: Schema
    output: Schema
    description: str
    bundle: Bundle

    def bind(self, arguments: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments as the function declares them; raises ``Misfit``."""
        for name in arguments:
            if name not in self.parameters:
                raise Misfit(f"there is no argument {name!r:.80}")
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for parameter in self.parameters.values():
            if parameter.name not in arguments:
                if parameter.required:
                    raise Misfit(f"argument '{parameter.name}' is missing")
                continue
            value = parameter.shape.decode(
                arguments[parameter.name], f"argument '{parameter.name}'"
            )
            if parameter.positional:
                positional.append(value)
            else:
                named[parameter.name] = value
        return positional, named


class Catalog(NamedTuple):
    tools: dict[str, Tool]
    faults: list[Fault]


def load(bundles: list[Bundle], skip: set[str], importing: Callable[[str], None]) -> Catalog:
    """``skip`` are modules whose import ended an earlier process; ``importing`` is told before each import."""
    catalog = Catalog({}, [])
    for bundle in bundles:
        _load(bundle, skip, importing, catalog)
    return catalog


def _load(
    bundle: Bundle, skip: set[str], importing: Callable[[str], None], catalog: Catalog
) -> None:
    if not NAME.match(bundle.name):
        catalog.faults.append(
            Fault(bundle.name, "", 0, "the directory's name is no Python identifier; rename it")
        )
        return
    if bundle.name in sys.modules or importlib.util.find_spec(bundle.name) is not None:
        message = "another module has the name of this directory; rename it"
        catalog.faults.append(Fault(bundle.name, "", 0, message))
        return
    modules = sorted(_modules(bundle))
    for wanted in bundle.modules:
        if not any(_within(module, wanted) for module, _ in modules):
            catalog.faults.append(Fault(bundle.name, "", 0, f"there is no module {wanted}"))
    chosen = [
        (module, file)
        for module, file in modules
        if not any(_within(module, other) for other in bundle.without)
        and (not bundle.modules or any(_within(module, wanted) for wanted in bundle.modules))
    ]
    if not chosen:
        catalog.faults.append(Fault(bundle.name, "", 0, "there is no module with a public name"))
        return
    sys.path.append(bundle.path)
    try:
        # Without __init__.py as well, where two directories of one name would be merged otherwise.
        _package(bundle)
        for module, file in chosen:
            name = f"{bundle.name}.{module}" if module else bundle.name
            if name in skip:
                continue
            importing(name)
            try:
                loaded = importlib.import_module(name)
            except BaseException as failure:
                catalog.faults.append(_import_fault(bundle, file, failure))
                continue
            for tool in _tools(bundle, name, file, loaded, catalog.faults):
                catalog.tools[tool.name] = tool
    finally:
        sys.path.remove(bundle.path)
        _forget_siblings(bundle)


def _within(module: str, other: str) -> bool:
    return module == other or module.startswith(other + ".")


def _modules(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Module and file; a subdirectory is a package if it says so."""
    if os.path.isfile(os.path.join(bundle.path, "__init__.py")):
        yield "", "__init__.py"
    for name in sorted(os.listdir(bundle.path)):
        path = os.path.join(bundle.path, name)
        stem, extension = os.path.splitext(name)
        if stem.startswith(("_", ".")):
            continue
        if extension == ".py" and os.path.isfile(path):
            yield stem, name
        elif os.path.isfile(os.path.join(path, "__init__.py")):
            yield name, os.path.join(name, "__init__.py")
            for inner in sorted(os.listdir(path)):
                stem, extension = os.path.splitext(inner)
                if extension == ".py" and not stem.startswith("_"):
                    yield f"{name}.{stem}", os.path.join(name, inner)


def _package(bundle: Bundle) -> None:
    """Its own __init__.py is executed as the module of that name, where it is a tool's place as any other."""
    init = os.path.join(bundle.path, "__init__.py")
    if os.path.isfile(init):
        finder = _BundleFinder(bundle.name, init, bundle.path)
        sys.meta_path.insert(0, finder)
        return
    package = types.ModuleType(bundle.name)
    package.__path__ = [bundle.path]
    package.__package__ = bundle.name
    sys.modules[bundle.name] = package


class _BundleFinder:
    """Finds one package by its directory, whatever that is called."""

    def __init__(self, name: str, init: str, path: str) -> None:
        self._name = name
        self._init = init
        self._path = path

    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(
            name, self._init, submodule_search_locations=[self._path]
        )


def _forget_siblings(bundle: Bundle) -> None:
    """What was imported by its bare name may be another bundle's name as well."""
    root = os.path.realpath(bundle.path) + os.sep
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        inside = isinstance(file, str) and os.path.realpath(file).startswith(root)
        if inside and not _within(name, bundle.name):
            del sys.modules[name]


def _import_fault(bundle: Bundle, file: str, failure: BaseException) -> Fault:
    message = _words(failure)
    root = os.path.realpath(bundle.path) + os.sep
    if isinstance(failure, SyntaxError) and failure.filename:
        path = os.path.realpath(failure.filename)
        if path.startswith(root):
            return Fault(bundle.name, path[len(root) :], failure.lineno or 0, failure.msg)
    found = (file, 0)
    for frame in traceback.extract_tb(failure.__traceback__):
        path = os.path.realpath(frame.filename)
        if path.startswith(root):
            found = (path[len(root) :], frame.lineno or 0)
    return Fault(bundle.name, found[0], found[1], message)


def _tools(
    bundle: Bundle, name: str, file: str, module: types.ModuleType, faults: list[Fault]
) -> Iterator[Tool]:
    for attribute, function in _public(bundle, module, file, faults):
        try:
            yield _tool(bundle, f"{name}.{attribute}", function)
        except Unsupported as failure:
            faults.append(Fault(bundle.name, file, _line(function), f"{attribute}: {failure}"))
        except (
            Exception
        ) as failure:  # of whatever stands in a declaration: that is the bundle's code too
            message = f"{attribute}: its declaration can't be read: {_words(failure)}"
            faults.append(Fault(bundle.name, file, _line(function), message))


def _line(function: Callable[..., Any]) -> int:
    code = getattr(inspect.unwrap(function), "__code__", None)  # a builtin's wrapper leads to none
    return code.co_firstlineno if isinstance(code, types.CodeType) else 0


def _words(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {failure}"


def _public(
    bundle: Bundle, module: types.ModuleType, file: str, faults: list[Fault]
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions that are defined here, or those that ``__all__`` names, wherever they come from."""
    listed = getattr(module, "__all__", None)
    names = sorted(vars(module)) if listed is None else list(listed)
    for name in names:
        if not isinstance(name, str) or not hasattr(module, name):
            faults.append(
                Fault(bundle.name, file, 0, f"__all__ names {name!r}, which is not there")
            )
            continue
        value = getattr(module, name)
        if name.startswith("_") or not inspect.isfunction(value):
            continue
        if listed is not None or value.__module__ == module.__name__:
            yield name, value


def _tool(bundle: Bundle, name: str, function: Callable[..., Any]) -> Tool:
    if not all(NAME.match(part) for part in name.split(".")):
        raise Unsupported("its name has letters other than a to z, or more than 64 of them")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise Unsupported("it is a generator; return a list")
    hints = hints_of(function)
    parameters = {
        parameter.name: _parameter(parameter, hints)
        for parameter in inspect.signature(function).parameters.values()
    }
    schema: Schema = {
        "type": "object",
        "properties": {
            parameter.name: _with_default(parameter, function) for parameter in parameters.values()
        },
        "required": [parameter.name for parameter in parameters.values() if parameter.required],
        "additionalProperties": False,
    }
    try:
        output = shape(hints.get("return", Any)).schema
    except Unsupported as failure:
        raise Unsupported(f"what it returns: {failure}") from failure
    return Tool(name, function, parameters, schema, output, inspect.getdoc(function) or "", bundle)


def _parameter(parameter: inspect.Parameter, hints: dict[str, Any]) -> Parameter:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise Unsupported(f"it takes *{parameter.name}; name each parameter")
    if parameter.name not in hints:
        raise Unsupported(f"parameter '{parameter.name}' has no type hint")
    if not NAME.match(parameter.name):
        raise Unsupported(f"parameter '{parameter.name}' has no name that a tool's may have")
    try:
        of_hint = shape(hints[parameter.name])
    except Unsupported as failure:
        raise Unsupported(f"parameter '{parameter.name}': {failure}") from failure
    return Parameter(
        parameter.name,
        of_hint,
        parameter.default is parameter.empty,
        parameter.kind is parameter.POSITIONAL_ONLY,
    )


def _with_default(parameter: Parameter, function: Callable[..., Any]) -> Schema:
    schema = dict(parameter.shape.schema)
    if not parameter.required:
        try:
            value = inspect.signature(function).parameters[parameter.name].default
            schema["default"] = schematic(value)
        except Unserialisable:
            pass  # one that only Python can hold: left out, the function has it
    return schema
