"""The commands of a noxfile: what `session.run` is given, as far as constants tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from testaudit.discover.commands.shell import UNKNOWN, Command
from testaudit.discover.tree import join


def nox_commands(text: str, folder: str) -> Iterator[Command]:
    """The commands of a noxfile in this folder, function by function; none where it is no Python."""
    import ast  # only where there is a noxfile that mentions a runner

    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    reader = _Reader()
    given = reader.assigned(module.body, {})
    for function in module.body:
        if isinstance(function, ast.FunctionDef):
            yield from reader.of_function(function, folder, given)


class _Reader:
    """Reads functions of a noxfile; what a variable holds is the last list or text that was written to it before the call."""

    def __init__(self) -> None:
        import ast

        self.ast = ast

    def assigned(self, body: object, known: Mapping[str, list[str]]) -> dict[str, list[str]]:
        found = dict(known)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, self.ast.Assign) and isinstance(statement.targets[0], self.ast.Name):
                found[statement.targets[0].id] = self.words(statement.value, found)
        return found

    def of_function(self, function: object, folder: str, given: Mapping[str, list[str]]) -> Iterator[Command]:
        ast = self.ast
        known, place = dict(given), folder
        nodes = [node for node in ast.walk(function) if isinstance(node, (ast.Assign, ast.AugAssign, ast.Call))]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            if isinstance(node, ast.Assign):
                if isinstance(node.targets[0], ast.Name):
                    known[node.targets[0].id] = self.words(node.value, known)
            elif isinstance(node, ast.AugAssign):
                if isinstance(node.target, ast.Name):
                    known[node.target.id] = [*known.get(node.target.id, []), *self.words(node.value, known)]
            elif isinstance(node.func, ast.Attribute):
                name = node.func.attr
                words = [word for argument in node.args for word in self.words(argument, known)]
                if name in {"chdir", "cd"} and len(words) == 1:
                    place = join(folder, words[0]) if UNKNOWN not in words[0] else place
                elif name in {"append", "extend"} and isinstance(node.func.value, ast.Name):
                    known[node.func.value.id] = [*known.get(node.func.value.id, []), *words]
                elif name in {"run", "run_always", "run_install"} and words:
                    yield Command(tuple(words), place, self.variables(node, known), node.lineno)
                elif name in {"install", "conda_install"} and words:
                    tool = ("pip" if name == "install" else "conda", "install")
                    yield Command((*tool, *words), place, {}, node.lineno)

    def variables(self, call: object, known: Mapping[str, list[str]]) -> dict[str, str]:
        """What `env={…}` gives."""
        ast = self.ast
        found: dict[str, str] = {}
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            if keyword.arg == "env" and isinstance(keyword.value, ast.Dict):
                for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                    if isinstance(key, ast.Constant):
                        found[str(key.value)] = " ".join(self.words(value, known))
        return found

    def words(self, node: object, known: Mapping[str, list[str]]) -> list[str]:
        """The words that an expression puts into a command line; `session.posargs` is empty, as in a plain run."""
        ast = self.ast
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [word for item in items for word in self.words(item, known)]
            case ast.Starred(value=inner):
                return self.words(inner, known)
            case ast.Name(id=name):
                return known.get(name, [UNKNOWN])
            case ast.Attribute(attr="posargs"):
                return []
            case ast.BoolOp(op=ast.Or(), values=values):
                return next((words for value in values if (words := self.words(value, known))), [])
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return [*self.words(left, known), *self.words(right, known)]
            case ast.Call(func=ast.Attribute(value=inner, attr="split")):
                return [part for word in self.words(inner, known) for part in word.split()]
            case ast.Call(func=ast.Name(id="str"), args=[inner]):
                return self.words(inner, known)
            case _:
                return [UNKNOWN]
