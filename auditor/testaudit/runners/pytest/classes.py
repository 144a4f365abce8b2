"""Which classes pytest collects: by name and `__test__`, concrete, without a constructor."""

from __future__ import annotations

from fnmatch import fnmatchcase

from testaudit.model import External, Unknown
from testaudit.read.facts import Class, Function
from testaudit.runners.attributes import Attributes
from testaudit.runners.pytest.symbols import ABSTRACT, DATACLASS

_HARMLESS = frozenset(
    {"builtins.object", "abc.ABC", "typing.Generic", "typing_extensions.Generic", "six.with_metaclass", "contextlib.ContextDecorator"}
)
_ABSTRACT_BASES = frozenset({"abc.ABC"})
_ABSTRACT_META = frozenset({"abc.ABCMeta"})


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one that `python_classes` or `python_functions` wants: a prefix, or a glob."""
    for pattern in patterns:
        if name.startswith(pattern):
            return True
        if any(magic in pattern for magic in "*?[") and fnmatchcase(name, pattern):
            return True
    return False


def is_abstract(cls: Class, attributes: Attributes) -> bool:
    """Whether the class still has abstract methods (`inspect.isabstract`)."""
    mro = attributes.values.names.mro(cls)
    if not any(
        (isinstance(base, External) and base.name in _ABSTRACT_BASES) or (isinstance(base, Class) and _has_abstract_meta(base, attributes))
        for base in mro
    ):
        return False
    for name, binding in attributes.of(cls).items():
        defined = binding.step.defined
        if isinstance(defined, Function) and defined.decorators:
            product = attributes.product(attributes.target(binding, name))
            if product is not None and product.has(ABSTRACT):
                return True
    return False


def has_constructor(cls: Class, attributes: Attributes) -> bool:
    """Whether making an instance needs more than `object` gives, so that pytest refuses the class."""
    shown = attributes.of(cls)
    if "__init__" in shown or "__new__" in shown:
        return True
    for base in attributes.values.names.mro(cls):
        if isinstance(base, External) and _constructs(base.name):
            return True
        if isinstance(base, Class) and base.decorators and any(a.symbol in DATACLASS for a in attributes.decorators.of_class(base)):
            return True
        if isinstance(base, Unknown):
            return False
    return False


def _constructs(name: str) -> bool:
    """Whether a library's class is one with a constructor. Its tests' own bases and mixins have none; nearly all others do."""
    if name in _HARMLESS:
        return False
    last = name.rpartition(".")[2]
    return not any(word in last for word in ("Test", "Mixin", "Suite", "Base")) or name.startswith("builtins.")


def _has_abstract_meta(cls: Class, attributes: Attributes) -> bool:
    for argument in cls.bases:
        if argument.name == "metaclass":
            target = attributes.values.target(argument.value, cls.parent if cls.parent is not None else cls.module)
            return isinstance(target, External) and target.name in _ABSTRACT_META
    return False
