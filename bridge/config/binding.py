"""From sections and keys to the dataclasses that declare them, with all problems at once."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from bridge.config import values
from bridge.config.loaded import Setting
from bridge.config.option import META, Meta, Secret
from bridge.config.reader import RawFile, RawSection, RawValue
from bridge.config.secrets import Refused, world_readable
from bridge.model.texts import Problem, Text, say

__all__ = ["Binder", "Spec", "specs"]

PLAIN: Final = Meta(
    default="", help="", required=False, choices=(), least=None, most=None, example=None, pattern=False
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One declared option."""

    name: str
    hint: Any
    meta: Meta

    @property
    def secret(self) -> bool:
        """Whether it must never be shown."""
        return self.hint is Secret or Secret in typing.get_args(self.hint)

    def takes(self, key: str) -> str | None:
        """Of a pattern: what of the key goes into the mapping; None: not this option's key."""
        if self.name == "entries":
            return key
        rest = key.removeprefix(f"{self.meta.prefix or self.name}_")
        return rest if rest not in {key, ""} else None


def specs(cls: type) -> tuple[Spec, ...]:
    """The options a dataclass declares, in their order."""
    hints = typing.get_type_hints(cls)
    return tuple(
        Spec(name=each.name, hint=hints[each.name], meta=each.metadata[META])
        for each in fields(cls)
        if META in each.metadata
    )


@dataclass(slots=True)
class Binder:
    """Binds section after section and gathers what is wrong."""

    file: RawFile
    place: values.Place
    problems: list[Problem] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Which section a key belongs to, for the owner who put it in the wrong one."""

    def bind(self, section: str, *classes: type, open_ended: bool = False) -> list[Any]:
        """One instance per class from the lines of one section; None where that was not possible.

        ``open_ended``: the section may have keys nobody here declares (the adapter is unknown).
        """
        raw = self.file.sections.get(section) or RawSection(section, 0)
        left = dict(raw.values)
        made = [self._bind_exact(raw, cls, left) for cls in classes]
        for number, cls in enumerate(classes):
            self._bind_patterns(raw, cls, left, made[number])
        if not open_ended:
            self._unknown(raw, left, [spec for cls in classes for spec in specs(cls)])
        return [self._build(raw, cls, found) for cls, found in zip(classes, made, strict=True)]

    def where(self, raw: RawSection, key: str = "") -> str:
        """The place as the owner finds it: ``config.ini:12 [web] listen``."""
        value = raw.values.get(key)
        line = value.line if value else 0
        return " ".join(
            filter(None, [f"{self.file.name}:{line}" if line else self.file.name, f"[{raw.name}]", key])
        )

    def complain(self, raw: RawSection, key: str, what: Text, fix: Text) -> None:
        """Note a problem with one key."""
        self.problems.append(Problem(where=self.where(raw, key), what=what, fix=fix))

    def _bind_exact(self, raw: RawSection, cls: type, left: dict[str, RawValue]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for spec in specs(cls):
            if spec.meta.pattern:
                continue
            value = left.pop(spec.name, None)
            if spec.meta.required and (value is None or not value.text):
                self.complain(raw, spec.name, say("This line is missing or empty."), Text(spec.meta.help))
                continue
            self._read(raw, spec, value, found)
        return found

    def _read(self, raw: RawSection, spec: Spec, value: RawValue | None, found: dict[str, Any]) -> None:
        text = value.text if value else spec.meta.default or ""
        try:
            found[spec.name] = values.parse(text, spec.hint, meta=spec.meta, place=self.place)
        except Refused as refused:
            self.complain(raw, spec.name, refused.what, refused.fix)
            return
        self._note(raw, spec, value, found[spec.name])

    def _note(self, raw: RawSection, spec: Spec, value: RawValue | None, parsed: Any) -> None:
        if spec.secret and parsed:
            self.secrets.append(str(parsed))
            self._watch_secret_file(raw, spec, value)
        self.settings.append(
            Setting(
                section=raw.name,
                key=spec.name,
                value=values.shown(parsed),
                origin=_origin(spec, value),
                secret=spec.secret,
            )
        )

    def _watch_secret_file(self, raw: RawSection, spec: Spec, value: RawValue | None) -> None:
        if value is None or not value.text.startswith("file:"):
            return
        path = self.place.folder / value.text[5:].strip()
        if world_readable(path.expanduser()):
            self.problems.append(
                Problem(
                    where=self.where(raw, spec.name),
                    what=say("Every user of this machine can read {path}.", path=path),
                    fix=say("Run: chmod 600 {path}", path=path),
                    severe=False,
                )
            )

    def _bind_patterns(
        self, raw: RawSection, cls: type, left: dict[str, RawValue], found: dict[str, Any]
    ) -> None:
        for spec in specs(cls):
            if not spec.meta.pattern:
                continue
            taken: dict[str, Any] = {}
            for key in list(left):
                rest = spec.takes(key)
                if rest is not None:
                    self._read_item(raw, spec, key, left.pop(key), into=taken, rest=rest)
            found[spec.name] = taken

    def _read_item(
        self, raw: RawSection, spec: Spec, key: str, value: RawValue, *, into: dict[str, Any], rest: str
    ) -> None:
        hint = (typing.get_args(spec.hint) or (str, str))[1]
        item = Spec(name=key, hint=hint, meta=replace(PLAIN, help=spec.meta.help))
        found: dict[str, Any] = {}
        self._read(raw, item, value, found)
        if key in found:
            into[rest] = found[key]

    def _unknown(self, raw: RawSection, left: Mapping[str, RawValue], known: Sequence[Spec]) -> None:
        names = [spec.name for spec in known if not spec.meta.pattern]
        for key in left:
            self.complain(raw, key, say("There is no option {key} here.", key=key), self._advice(key, names))

    def _advice(self, key: str, names: Sequence[str]) -> Text:
        near = values.nearest(key, names)
        if near:
            return say("Did you mean {near}?", near=near)
        if key in self.elsewhere:
            return say("It belongs in [{section}].", section=self.elsewhere[key])
        return say("Possible: {allowed}.", allowed=", ".join(sorted(names)))

    def _build(self, raw: RawSection, cls: type, found: Mapping[str, Any]) -> Any:
        """The instance; where options failed, one with their defaults is checked and thrown away.

        Otherwise the owner would mend one mistake only to be told of the next.
        """
        missing = [spec for spec in specs(cls) if spec.name not in found]
        try:
            stand_ins = {spec.name: self._stand_in(spec) for spec in missing}
        except Refused:
            return None
        made = cls(**found, **stand_ins)
        check: Callable[[str], Sequence[Problem]] | None = getattr(made, "problems", None)
        if check is not None:
            told = {problem.where for problem in self.problems}
            news = self._with_lines(raw, check(self.where(raw)))
            self.problems.extend(problem for problem in news if problem.where not in told)
        return None if missing else made

    def _stand_in(self, spec: Spec) -> Any:
        meta = replace(spec.meta, choices=(), least=None, most=None)
        return values.parse(spec.meta.default or "", spec.hint, meta=meta, place=self.place)

    def _with_lines(self, raw: RawSection, problems: Sequence[Problem]) -> Iterator[Problem]:
        """A section names the key it complains of; only the binder knows the line."""
        start = self.where(raw) + " "
        for problem in problems:
            key = problem.where.removeprefix(start)
            yield replace(problem, where=self.where(raw, key)) if key in raw.values else problem


def _origin(spec: Spec, value: RawValue | None) -> Text:
    if value is None:
        return say("default")
    if spec.secret and value.text.startswith("env:"):
        return say("line {line}, environment variable {name}", line=value.line, name=value.text[4:].strip())
    if spec.secret and value.text.startswith("file:"):
        return say("line {line}, file {path}", line=value.line, path=value.text[5:].strip())
    return say("line {line}", line=value.line)
