"""One fix's edits become changes to the nodes of a tree, or are refused."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from testaudit.findings import (
    AddImport,
    AddParameter,
    Edit,
    ExtractLocal,
    Fix,
    InsertAfter,
    InsertBefore,
    Replace,
    Share,
)
from testaudit.fix import imports, surroundings, texts
from testaudit.fix.draft import Draft
from testaudit.fix.names import free, variables
from testaudit.fix.parameters import has_parameter
from testaudit.fix.tree import Found, RefusalError, Tree

Names = Mapping[str, str]
"""How the names of a fix's texts are written in this file."""


def draft(tree: Tree, fix: Fix, so_far: Draft) -> Draft:
    """What `fix` does to the tree beside what is to be done `so_far`; raises `RefusalError` where it cannot be done as it is meant."""
    own, names = _named(tree, fix, so_far)
    for edit in fix.edits:
        change = _drafted(tree, edit, names)
        if any(old in tree.chain(new) or new in tree.chain(old) for old in own.replaced for new in change.replaced):
            raise RefusalError("the edits of the fix overlap")
        own |= change
    return own


def _named(tree: Tree, fix: Fix, so_far: Draft) -> tuple[Draft, Names]:
    """The imports and local variables of a fix, under names that nothing else uses."""
    own, names = Draft(), dict[str, str]()
    for edit in fix.edits:
        if isinstance(edit, AddImport):
            name, change = _imported(tree, edit, so_far)
        elif isinstance(edit, ExtractLocal):
            name, change = _local(tree, tree.expression(edit.place).node, edit.name, so_far | own)
        elif isinstance(edit, Share) and not _is_inline(tree, edit):
            name, change = _local(tree, tree.expression(edit.places[0]).node, edit.name, so_far | own)
        else:
            continue
        if names.setdefault(edit.name, name) != name:
            raise RefusalError(f"the fix has two meanings for `{edit.name}`")
        own |= change
    return own, names


def _imported(tree: Tree, edit: AddImport, so_far: Draft) -> tuple[str, Draft]:
    present = imports.present(tree.module, edit.module, edit.name)
    if present is not None:
        return present, Draft()
    source = (edit.module, edit.name)
    taken = variables(tree.module).union(so_far.imports.values(), *so_far.names.values())
    name = so_far.imports.get(source) or free(edit.name, taken)
    return name, Draft(imports={source: name})


def _local(tree: Tree, node: cst.CSTNode, name: str, so_far: Draft) -> tuple[str, Draft]:
    scope = surroundings.scope_of(tree, node)
    taken = variables(scope).union(so_far.imports.values(), so_far.names.get(scope, ()))
    chosen = free(name, taken)
    return chosen, Draft(names={scope: frozenset([chosen])})


def _drafted(tree: Tree, edit: Edit, names: Names) -> Draft:
    match edit:
        case Replace():
            return _replaced(tree, tree.expression(edit.place), texts.expression(tree, edit.new, names))
        case Share():
            return _shared(tree, edit, names)
        case ExtractLocal():
            return _extracted(tree, edit, names)
        case InsertBefore() | InsertAfter():
            return _inserted(tree, edit, names)
        case AddParameter():
            return _parameter(tree, edit)
        case AddImport():
            return Draft()


def _replaced(tree: Tree, old: Found[cst.BaseExpression], new: cst.BaseExpression) -> Draft:
    surroundings.replaceable(tree, old.node)
    return Draft(claims=(old.span,), replaced={old.node: texts.fitted(tree, old, new)})


def _is_inline(tree: Tree, edit: Share) -> bool:
    """Whether the value of `edit` needs no variable: it is wanted at one place, once per call."""
    if not edit.places:
        raise RefusalError("the fix has no place")
    nodes = {tree.expression(place).node for place in edit.places}
    return len(nodes) == 1 and not any(surroundings.is_repeated(tree, node, surroundings.function_of(tree, node)) for node in nodes)


def _shared(tree: Tree, edit: Share, names: Names) -> Draft:
    founds = [tree.expression(place) for place in sorted(set(edit.places))]
    new = texts.expression(tree, edit.new, names)
    if _is_inline(tree, edit):
        return _replaced(tree, founds[0], new)
    function = surroundings.function_of(tree, founds[0].node)
    if any(surroundings.function_of(tree, found.node) is not function for found in founds):
        raise RefusalError("the places are in different functions")
    first = surroundings.first_of(tree, [found.node for found in founds], function)
    own = Draft(before={first: (texts.assignment(names[edit.name], new),)})
    for found in founds:
        own |= _replaced(tree, found, cst.Name(names[edit.name]))
    return own


def _extracted(tree: Tree, edit: ExtractLocal, names: Names) -> Draft:
    found = tree.expression(edit.place)
    line = surroundings.line_of(tree, found.node)
    if not surroundings.goes_first(tree, found.node, line):
        raise RefusalError("the statement evaluates something else first")
    value = texts.copied(found)
    return _replaced(tree, found, cst.Name(names[edit.name])) | Draft(before={line: (texts.assignment(names[edit.name], value),)})


def _inserted(tree: Tree, edit: InsertBefore | InsertAfter, names: Names) -> Draft:
    found = tree.found(edit.place)
    line = surroundings.line_of(tree, found.node)
    new = texts.line(tree, edit.new, names)
    if any(sibling.deep_equals(new.body[0]) for sibling in surroundings.siblings(tree, line)):
        raise RefusalError(f"`{edit.new}` is there already")  # a rule that does not see it must not have it added in each round
    if isinstance(edit, InsertBefore):
        return Draft(claims=(found.span,), before={line: (new,)})
    if surroundings.leaves(line):
        raise RefusalError("nothing after the statement runs")
    return Draft(claims=(found.span,), after={line: (new,)})


def _parameter(tree: Tree, edit: AddParameter) -> Draft:
    function = tree.function(edit.place)
    if has_parameter(function, edit.name):
        return Draft()
    if edit.name in variables(function):
        raise RefusalError(f"`{edit.name}` already means something else in `{function.name.value}`")
    return Draft(parameters={function: (edit.name,)})
