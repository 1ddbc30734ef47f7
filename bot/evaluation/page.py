"""The evaluation as one HTML page without scripts: figures, plots drawn as SVG, tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from bot.evaluation.figures import Bin, Score

STYLE = """
:root{color-scheme:light dark}body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:76rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.15rem .5rem;text-align:right;border-bottom:1px solid #8883}td:first-child,th:first-child{text-align:left}
.scroll{overflow-x:auto}.text td{text-align:left}.bad{color:#c0392b}.plots{display:flex;flex-wrap:wrap;gap:2rem}
.confusion td{padding:0;min-width:.95rem;height:.95rem;font-size:.6rem;text-align:center;border:1px solid #8882}
.confusion th{font-weight:400;font-size:.65rem;padding:0 .3rem;border:0}
.confusion thead th{writing-mode:vertical-rl;transform:rotate(180deg);height:11rem;text-align:left}
svg text{font:11px system-ui,sans-serif;fill:currentColor}
"""
WIDTH, HEIGHT, EDGE = 340, 220, 34
COLOURS = ("#2d7dd2", "#f45d01", "#45a049", "#a04594", "#eeb902", "#474647", "#c0392b", "#16a085", "#7f8c8d")


def page(
    report: Mapping[str, Any], confusion: Mapping[tuple[str, str], int], history: Sequence[Mapping[str, Any]]
) -> str:
    """The whole page; `report` as bot.evaluate writes it, `confusion` counts (meant, read)."""
    split = report["split"]
    parts = [
        f"<h1>How well messages are understood</h1><p>{escape(report['made_at'])} · {report['sentences']:,} training sentences"
        f" · model {escape(report['model'])}, {report['model_mb']} MB</p>",
        _summary(report["summary"]),
        "<h2>Strangers' messages</h2>" + _summary(report["strangers"]),
        "<div class=plots>",
        _reliability(split["reliability"]),
        _curve("Learning curve (accuracy by share of the training data)", report.get("learning_curve") or {}),
        _history(history),
        "</div>",
        "<h2>By intent</h2>" + _scores(split["intents"]),
        "<h2>By entity</h2>" + _scores(split["entities"]),
        "<h2>Confusion (rows: meant, columns: read)</h2>" + _confusion(confusion),
        "<h2>The surest mistakes</h2>" + _mistakes(split["worst"]),
    ]
    head = "<meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>"
    return f"<!doctype html><html lang=en><head>{head}<title>Understanding</title><style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"


def _summary(judged: Sequence[tuple[str, Any, str, bool | None]]) -> str:
    rows = [
        (name, f"{value:.1%}" if isinstance(value, float) and value <= 1 else str(value), target, met)
        for name, value, target, met in judged
    ]
    lines = "".join(
        f"<tr><td>{escape(name)}<td>{escape(value)}<td>{escape(target)}<td{'' if met else ' class=bad'}>{'' if met is None else 'met' if met else 'missed'}"
        for name, value, target, met in rows
    )
    return f"<div class=scroll><table><tr><th>figure<th>measured<th>target<th>{lines}</table></div>"


def _scores(scores: Mapping[str, Mapping[str, Any]]) -> str:
    rows = sorted(((name, Score(**one)) for name, one in scores.items()), key=lambda row: row[1].f1)
    lines = "".join(
        f"<tr><td>{escape(name)}<td>{one.precision:.1%}<td>{one.recall:.1%}<td>{one.f1:.1%}<td>{one.meant}"
        for name, one in rows
    )
    return f"<div class=scroll><table><tr><th>name<th>precision<th>recall<th>F1<th>meant{lines}</table></div>"


def _confusion(counts: Mapping[tuple[str, str], int]) -> str:
    names = sorted({name for pair in counts for name in pair})
    most = max(counts.values(), default=1)
    head = "".join(f"<th>{escape(name)}" for name in names)

    def cell(row: str, column: str) -> str:
        count = counts.get((row, column), 0)
        if not count:
            return "<td>"
        hue = "45,125,210" if row == column else "192,57,43"
        title = f"{row} read as {column}: {count}"
        return f"<td style='background:rgba({hue},{0.2 + 0.8 * count / most:.2f})' title='{escape(title)}'>{count}"

    lines = "".join(f"<tr><th>{escape(row)}{''.join(cell(row, column) for column in names)}" for row in names)
    return f"<div class=scroll><table class=confusion><thead><tr><th>{head}</thead>{lines}</table></div>"


def _mistakes(mistakes: Iterable[Mapping[str, Any]]) -> str:
    lines = "".join(
        f"<tr><td>{escape(one['text'])}<td>{one['meant']}<td>{one['read']}<td>{one['confidence']:.0%}"
        for one in mistakes
    )
    return f"<div class='scroll text'><table><tr><th>message<th>meant<th>read<th>sure{lines}</table></div>"


def _reliability(bins: Sequence[Mapping[str, Any]]) -> str:
    points = [Bin(**one) for one in bins]
    dots = "".join(
        f"<circle cx={_x(one.confidence):.1f} cy={_y(one.right):.1f} r={2 + min(8, one.count / 40):.1f} fill='{COLOURS[0]}'>"
        f"<title>{one.count} messages: sure {one.confidence:.0%}, right {one.right:.0%}</title></circle>"
        for one in points
    )
    honest = f"<line x1={_x(0)} y1={_y(0)} x2={_x(1)} y2={_y(1)} stroke='currentColor' stroke-dasharray='4'/>"
    return _plot("Reliability (confidence against how often right)", honest + dots, ("0", "confidence", "1"))


def _curve(title: str, curve: Mapping[str, Mapping[str, float]]) -> str:
    shares = list(curve)
    if len(shares) < 2:
        return ""
    names = list(curve[shares[-1]])
    lines = []
    for place, name in enumerate(names):
        points = " ".join(
            f"{_x(at / (len(shares) - 1)):.1f},{_y(curve[share].get(name, 0)):.1f}" for at, share in enumerate(shares)
        )
        colour = COLOURS[place % len(COLOURS)]
        thick = 3 if name == "all" else 1.3
        lines.append(
            f"<polyline points='{points}' fill=none stroke='{colour}' stroke-width={thick}><title>{escape(name)}</title></polyline>"
        )
        lines.append(
            f"<text x={WIDTH + 4} y={16 + 14 * place} style='fill:{colour}'>{escape(name)} {curve[shares[-1]][name]:.0%}</text>"
        )
    return _plot(title, "".join(lines), (shares[0], "of the sentences", shares[-1]))


def _history(runs: Sequence[Mapping[str, Any]]) -> str:
    kept = runs[-20:]
    curve = {
        f"{at}. {run['made_at'][5:16]}": {"intent accuracy": run["accuracy"], "entity F1": run["entity_f1"]}
        for at, run in enumerate(kept)
    }
    return _curve("The last runs", curve)


def _plot(title: str, body: str, below: tuple[str, str, str]) -> str:
    grid = "".join(
        f"<line x1={EDGE} x2={WIDTH} y1={_y(level):.1f} y2={_y(level):.1f} stroke='#8884'/><text x=2 y={_y(level) + 4:.1f}>{level:.0%}</text>"
        for level in (0, 0.25, 0.5, 0.75, 1)
    )
    left, middle, right = (escape(text) for text in below)
    axis = (
        f"<text x={EDGE} y={HEIGHT + 14}>{left}</text><text x={(EDGE + WIDTH) / 2} y={HEIGHT + 14} text-anchor=middle>{middle}</text>"
        f"<text x={WIDTH} y={HEIGHT + 14} text-anchor=end>{right}</text>"
    )
    size = f"viewBox='0 0 {WIDTH + 150} {HEIGHT + 24}' width={WIDTH + 150}"
    return f"<figure style='margin:0'><figcaption>{escape(title)}</figcaption><svg {size}>{grid}{body}{axis}</svg></figure>"


def _x(share: float) -> float:
    return EDGE + share * (WIDTH - EDGE)


def _y(share: float) -> float:
    return HEIGHT - 8 - share * (HEIGHT - 20)
