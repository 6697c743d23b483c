"""Scores, RFM, revenue shares, lifecycles and warnings in documents: the recipe, and what it came to once fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from attrs import NOTHING, fields

from crmrules.conditions import Fact, always
from crmrules.documents import _shapes_segmentation as shapes
from crmrules.documents._kit import PartKind, PolicyKind
from crmrules.documents._reading import Place
from crmrules.facts import choice, flag, number
from crmrules.parameters import Parameter
from crmrules.segmentation import (
    STAGES,
    AbcClasses,
    Choices,
    Cuts,
    EarlyWarning,
    Factor,
    GrowthPath,
    Lifecycle,
    Linear,
    Quantiles,
    RevenueShare,
    Rfm,
    RfmCuts,
    ScorePolicy,
    SegmentMap,
    ShareFit,
    Signal,
    Silence,
    SilenceFit,
    Steps,
    TierReviews,
)
from crmrules.spans import Span

__all__ = ["SEGMENTATION", "SEGMENTATION_PARTS"]

Told = dict[str, Any]

_NOBODY = "nobody"
_DIMENSIONS = ("recency", "frequency", "monetary")


def _common(shape: Any, name: str, place: Place) -> Told:
    return {
        "name": name,
        "gives": shape.gives,
        "applies": place.condition(shape.applies, "applies"),
        "source": shape.source,
        "title": shape.title,
        "note": shape.note,
        "names": shape.names,
        "valid": shape.valid,
    }


def _head(policy: Any, kind: str) -> Told:
    applies = {} if policy.applies == always else {"applies": str(policy.applies)}
    return {"kind": kind, "gives": policy.gives, **applies}


def _plain(value: Any) -> Any:
    """Return a value as a document writes it: facts and parameters by name, a mapping as a table."""
    if isinstance(value, Parameter | Fact):
        return value.name
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _told(shape: type, value: Any, names: Iterable[str]) -> Told:
    """Return parts of a policy as a document writes them, those left out that the shape says by default."""
    defaults = {each.name: each.default for each in fields(shape)}
    parts = {name: _plain(getattr(value, name)) for name in names}
    return {name: part for name, part in parts.items() if part is not None and not _same(part, defaults[name])}


def _same(part: Any, default: Any) -> bool:
    return default is not NOTHING and str(part) == str(default)


# ---------------------------------------------------------------------- scores


def _score_fact(shape: Any, name: str) -> Fact:
    return number().named(shape.gives or name)


def _score(shape: Any, name: str, place: Place) -> ScorePolicy:
    made = [place.made(partial(_factor, each, place, at), "factors", at) for at, each in enumerate(shape.factors)]
    return ScorePolicy(
        factors=[each for each in made if each is not None],
        weights=shape.weights,
        missing=shape.missing,
        coverage=shape.coverage,
        decimals=shape.decimals,
        **_common(shape, name, place),
    )


def _factor(shape: Any, place: Place, at: int) -> Factor:
    fact = place.fact(shape.fact, "factors", at, "fact")
    return Factor(fact, place.value(shape.weight), _SCALES[shape.scale](shape, fact), label=shape.label)


def _points(shape: Any) -> tuple[tuple[Any, Any], ...]:
    return tuple((each.value, each.points) for each in shape.at or ())


def _choices(shape: Any, fact: Fact) -> Choices:
    words = {"true": True, "false": False} if fact.type == "flag" else {}
    return Choices({words.get(name, name): points for name, points in (shape.of or {}).items()})


def _quantiles(shape: Any, _fact: Fact) -> Quantiles:
    options = {name: getattr(shape, name) for name in ("method", "ties", "if_equal") if getattr(shape, name)}
    cuts = None if shape.cuts is None else Cuts(shape.cuts, shape.ties or "below", shape.fixed)
    return Quantiles(shape.earned or (), fitted=cuts, **options)


_SCALES: dict[str, Any] = {
    "linear": lambda shape, _: Linear(_points(shape)),
    "steps": lambda shape, _: Steps(_points(shape), shape.below or 0),
    "choices": _choices,
    "quantiles": _quantiles,
}


def _write_score(policy: ScorePolicy) -> Told:
    factors = [_write_factor(each) for each in policy.factors]
    parts = _told(shapes.ScoreShape, policy, ("weights", "missing", "coverage", "decimals"))
    return {**_head(policy, "score"), **parts, "factors": factors}


def _write_factor(factor: Factor) -> Told:
    label = {name: text for name, text in (("en", factor.label.en), ("zh", factor.label.zh)) if text}
    told = {"fact": factor.fact.name, "weight": _plain(factor.weight), **_write_scale(factor.scale)}
    return {**told, "label": label} if label else told


def _write_scale(scale: Any) -> Told:
    if isinstance(scale, Choices):
        words = {True: "true", False: "false"}
        return {"scale": "choices", "of": {words.get(name, name): points for name, points in scale.of.items()}}
    if isinstance(scale, Quantiles):
        fitted = {} if scale.fitted is None else {"cuts": list(scale.fitted.bounds)}
        fixed = {} if scale.fitted is None or scale.fitted.fixed is None else {"fixed": scale.fitted.fixed}
        told = {"earned": list(scale.earned), "method": scale.method, "ties": scale.ties, "if_equal": scale.if_equal}
        return {"scale": "quantiles", **told, **fitted, **fixed}
    at = [{"value": value, "points": points} for value, points in scale.at]
    if isinstance(scale, Linear):
        return {"scale": "linear", "at": at}
    return {"scale": "steps", "at": at, **({"below": scale.below} if scale.below else {})}


# ---------------------------------------------------------------------- RFM


def _map(shape: Any) -> SegmentMap | None:
    if shape.segments is not None:
        rows = [(each.segment, each.scores) for each in shape.segments]
        return SegmentMap(rows, scores=shape.scores, rest=shape.rest)
    if shape.map == "every_cell":
        return SegmentMap.every_cell(shape.scores)
    if shape.map == "r_rfm":
        return SegmentMap.of_r_rfm()
    return SegmentMap.usual() if shape.map else None


def _rfm_fact(shape: Any, name: str) -> Fact:
    found = _map(shape) or (SegmentMap.usual() if shape.scores == 5 else SegmentMap.every_cell(shape.scores))
    return choice(*found.segments, none="").named(shape.gives or name)


def _rfm(shape: Any, name: str, place: Place) -> Rfm:
    facts: Told = {each: place.fact(getattr(shape, each), each) for each in _DIMENSIONS}
    return Rfm(
        scores=shape.scores,
        segments=_map(shape),  # type: ignore[arg-type]
        method=shape.method,
        ties=shape.ties,
        shift=shape.shift,
        if_equal=shape.if_equal,
        fitted=_rfm_cuts(shape),
        **facts,
        **_common(shape, name, place),
    )


def _rfm_cuts(shape: Any) -> RfmCuts | None:
    if shape.fitted is None:
        return None
    made = (Cuts(getattr(shape.fitted, each), shape.ties, shape.fitted.fixed.get(each)) for each in _DIMENSIONS)
    as_of = shape.fitted.as_of and date.fromisoformat(shape.fitted.as_of)
    return RfmCuts(as_of, shape.fitted.customers, *made)


def _write_rfm(policy: Rfm) -> Told:
    parts = _told(shapes.RfmShape, policy, (*_DIMENSIONS, "scores", "method", "ties", "shift", "if_equal"))
    told = {**_head(policy, "rfm"), **parts, **_write_map(policy)}
    if policy.fitted is None:
        return told
    cuts = {each: getattr(policy.fitted, each) for each in _DIMENSIONS}
    fixed = {each: found.fixed for each, found in cuts.items() if found.fixed is not None}
    fitted: Told = {} if policy.fitted.as_of is None else {"as_of": policy.fitted.as_of.isoformat()}
    fitted |= {"customers": policy.fitted.customers, **{each: list(found.bounds) for each, found in cuts.items()}}
    return {**told, "fitted": {**fitted, **({"fixed": fixed} if fixed else {})}}


def _write_map(policy: Rfm) -> Told:
    cells = SegmentMap.every_cell(policy.scores)
    known = {"usual": SegmentMap.usual(), "every_cell": cells, "r_rfm": SegmentMap.of_r_rfm()}
    for word, found in known.items():
        if policy.segments == found:
            return {"map": word}
    rows = [{"segment": row.segment, "scores": row.text} for row in policy.segments.rows]
    return {"segments": rows, **({"rest": policy.segments.rest} if policy.segments.rest else {})}


# ---------------------------------------------------------------------- revenue


def _share_fact(shape: Any, name: str) -> Fact:
    return flag().named(shape.gives or name)


def _share_options(shape: Any, name: str, place: Place) -> Told:
    return {
        "revenue": place.fact(shape.revenue, "revenue"),
        "reading": shape.reading,
        "crossing": shape.crossing,
        "ties": shape.ties,
        "fitted": _share_fit(shape.fitted),
        **_common(shape, name, place),
    }


def _share_fit(shape: Any) -> ShareFit | None:
    if shape is None:
        return None
    floors = tuple(None if floor == _NOBODY else floor for floor in shape.floors)
    return ShareFit(date.fromisoformat(shape.as_of), shape.customers, shape.revenue, floors, shape.inside)


def _write_fit(fitted: ShareFit | None) -> Told:
    if fitted is None:
        return {}
    floors = [_NOBODY if floor is None else floor for floor in fitted.floors]
    told = {"as_of": fitted.as_of.isoformat(), "customers": fitted.customers, "revenue": fitted.revenue}
    return {"fitted": {**told, "floors": floors, "inside": list(fitted.inside)}}


def _share(shape: Any, name: str, place: Place) -> RevenueShare:
    return RevenueShare(share=place.value(shape.share), **_share_options(shape, name, place))


def _write_share(policy: RevenueShare) -> Told:
    parts = _told(shapes.ShareShape, policy, ("revenue", "share", "reading", "crossing", "ties"))
    return {**_head(policy, "revenue_share"), **parts, **_write_fit(policy.fitted)}


def _abc_fact(shape: Any, name: str) -> Fact:
    nothing = (shape.nothing,) if shape.nothing else ()
    return choice(*shape.classes, *nothing, none="").named(shape.gives or name)


def _abc(shape: Any, name: str, place: Place) -> AbcClasses:
    classes = {each: place.value(share) for each, share in shape.classes.items()}
    return AbcClasses(classes=classes, nothing=shape.nothing, **_share_options(shape, name, place))


def _write_abc(policy: AbcClasses) -> Told:
    parts = _told(shapes.AbcShape, policy, ("revenue", "nothing", "reading", "crossing", "ties"))
    classes = {name: _plain(share) for name, share in policy.classes}
    return {**_head(policy, "abc"), **parts, "classes": classes, **_write_fit(policy.fitted)}


# ---------------------------------------------------------------------- lifecycles


def _lifecycle_fact(shape: Any, name: str) -> Fact:
    return choice(*STAGES, none="").named(shape.gives or name)


def _lifecycle(shape: Any, name: str, place: Place) -> Lifecycle:
    silence = [place.made(partial(_silence, each, place, at), "silence", at) for at, each in enumerate(shape.silence)]
    named: Told = {each: place.fact(getattr(shape, each), each) for each in ("trend", "gap") if getattr(shape, each)}
    return Lifecycle(
        silence=[each for each in silence if each is not None],
        age=place.fact(shape.age, "age"),
        back=place.value(shape.back),
        **{each: place.value(getattr(shape, each)) for each in ("new_for", "growing", "shrinking")},
        **named,
        **_common(shape, name, place),
    )


def _silence(shape: Any, place: Place, at: int) -> Silence:
    of = {"of": place.fact(shape.of, "silence", at, "of")} if shape.of else {}
    fit = shape.fitted
    if fit is not None:
        fit = SilenceFit(date.fromisoformat(fit.as_of), fit.intervals, fit.quiet, fit.lost)
    fact = place.fact(shape.fact, "silence", at, "fact")
    return Silence(fact, place.value(shape.lost), place.value(shape.quiet), method=shape.method, fitted=fit, **of)


def _write_lifecycle(policy: Lifecycle) -> Told:
    names = ("age", "new_for", "trend", "growing", "shrinking", "gap", "back")
    parts = _told(shapes.LifecycleShape, policy, names)
    return {**_head(policy, "lifecycle"), **parts, "silence": [_write_silence(each) for each in policy.silence]}


def _write_silence(silence: Silence) -> Told:
    told = _told(shapes.SilenceShape, silence, ("fact", "lost", "quiet", "method"))
    of = {"of": silence.of.name} if silence.stands_on_shares else {}
    if silence.fitted is None:
        return {**told, **of}
    fitted = _told(shapes.SilenceFittedShape, silence.fitted, ("intervals", "quiet", "lost"))
    return {**told, **of, "fitted": {"as_of": silence.fitted.as_of.isoformat(), **fitted}}


# ---------------------------------------------------------------------- warnings


def _warning_fact(shape: Any, name: str) -> Fact:
    return choice(shape.calm, *reversed(shape.levels), none="").named(shape.gives or name)


def _warning(shape: Any, name: str, place: Place) -> EarlyWarning:
    signals = [
        Signal(each, place.condition(part.when, "signals", each, "when"), place.value(part.points), label=part.label)
        for each, part in shape.signals.items()
    ]
    levels = {level: place.value(points) for level, points in shape.levels.items()}
    return EarlyWarning(
        signals=signals, levels=levels, calm=shape.calm, unknown=shape.unknown, **_common(shape, name, place)
    )


def _write_warning(policy: EarlyWarning) -> Told:
    parts = _told(shapes.WarningShape, policy, ("calm", "unknown"))
    signals = {each.name: _write_signal(each) for each in policy.signals}
    levels = {level: _plain(points) for level, points in policy.levels}
    return {**_head(policy, "warning"), **parts, "signals": signals, "levels": levels}


def _write_signal(signal: Signal) -> Told:
    label = {name: text for name, text in (("en", signal.label.en), ("zh", signal.label.zh)) if text}
    told = {"when": str(signal.when), **_told(shapes.SignalShape, signal, ("points",))}
    return {**told, "label": label} if label else told


# ---------------------------------------------------------------------- growth and reviews


def _remarks(shape: Any) -> Told:
    return {"source": shape.source, "title": shape.title, "note": shape.note}


def _outcome(shape: Any, place: Place) -> str:
    place.fact(shape.outcome, "outcome")
    return str(shape.outcome)


def _growth(shape: Any, name: str, place: Place) -> GrowthPath:
    for at, fact in enumerate(shape.changeable):
        place.fact(fact, "changeable", at)
    return GrowthPath(name, outcome=_outcome(shape, place), changeable=shape.changeable, **_remarks(shape))


def _write_growth(part: GrowthPath) -> Told:
    return _told(shapes.GrowthShape, part, ("outcome", "changeable"))


_SPANS = ("every", "review", "hold", "grace")
_DIRECTIONS = ("at_review", "banded", "confirmed", "held", "stepwise")


def _reviews(shape: Any, name: str, place: Place) -> TierReviews:
    given = {each: getattr(shape, each) for each in _SPANS}
    spans: Told = {each: place.made(partial(Span.parse, text), each) for each, text in given.items() if text}
    start: Any = shape.reviews_from
    if start[:1].isdigit():
        start = place.made(partial(date.fromisoformat, start), "reviews_from")
    options: Told = {each: getattr(shape, each) for each in _DIRECTIONS}
    return TierReviews(
        name,
        outcome=_outcome(shape, place),
        looks=shape.looks,
        reviews_from=start,
        band={place.fact(fact, "band", fact).name: place.value(width) for fact, width in shape.band.items()},
        confirm=place.value(shape.confirm),
        **spans,
        **options,
        **_remarks(shape),
    )


def _write_reviews(part: TierReviews) -> Told:
    names = ("outcome", *_SPANS, "looks", "reviews_from", "band", "confirm", *_DIRECTIONS)
    told = _told(shapes.ReviewsShape, part, names)
    texts = {name: str(told[name]) for name in (*_SPANS, "reviews_from") if name in told}
    return {**told, **texts}


def _kind(word: str, policy: type, shape: type, *rest: Any) -> PolicyKind:
    return PolicyKind(word, "segmentation", policy, shape, *rest)


SEGMENTATION = (
    _kind("score", ScorePolicy, shapes.ScoreShape, _score_fact, _score, _write_score),
    _kind("rfm", Rfm, shapes.RfmShape, _rfm_fact, _rfm, _write_rfm),
    _kind("revenue_share", RevenueShare, shapes.ShareShape, _share_fact, _share, _write_share),
    _kind("abc", AbcClasses, shapes.AbcShape, _abc_fact, _abc, _write_abc),
    _kind("lifecycle", Lifecycle, shapes.LifecycleShape, _lifecycle_fact, _lifecycle, _write_lifecycle),
    _kind("warning", EarlyWarning, shapes.WarningShape, _warning_fact, _warning, _write_warning),
)

SEGMENTATION_PARTS = (
    PartKind("growth", "growth", GrowthPath, shapes.GrowthShape, _growth, _write_growth),
    PartKind("reviews", "tier_reviews", TierReviews, shapes.ReviewsShape, _reviews, _write_reviews),
)
