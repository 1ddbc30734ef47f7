"""A customer in front of the real actions: real tracker, real dispatcher, care handed in at the port."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.care import Care
from actions.wishes import all_actions

RULES = {
    rule["steps"][0]["intent"]: rule["steps"][1]["action"]
    for file in (Path(__file__).resolve().parents[2] / "data" / "rules").glob("*.yml")
    for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]
}


class Chat:
    """Keeps what Rasa would keep (the slot) and what a channel would show (words and buttons)."""

    def __init__(self, care: Care, now: datetime, conversation_id: str = "c1") -> None:
        self.care, self.now, self.conversation_id = care, now, conversation_id
        self.slots: dict[str, Any] = {"task": None}
        self.buttons: list[dict[str, str]] = []
        self.pictures: list[dict[str, Any]] = []
        self.heard: list[str] = []
        self.handovers: list[dict[str, Any]] = []
        self.erased = 0
        self.state = "bot"
        self.number = 0

    def say(self, text: str, intent: str = "inform", confidence: float = 0.9, **meta: Any) -> str:
        """Typed words, with the wish the language model heard in them."""
        also = meta.pop("wishes", [(intent, confidence)])
        ranking = meta.pop("ranking", also)
        parsed = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [],
            "wishes": [{"name": name, "confidence": sure} for name, sure in also],
            "intent_ranking": [{"name": name, "confidence": sure} for name, sure in ranking],
        }
        return self._turn(parsed, meta)

    def tap(self, title: str) -> str:
        """Press a button that was shown last."""
        return self.press(next(b["payload"] for b in self.buttons if b["title"] == title))

    def press(self, payload: str) -> str:
        """Press a button of this payload, shown at any time."""
        intent, *pairs = payload.split(";")
        entities = [{"entity": p.split("=")[0], "value": p.split("=")[1], "start": 0, "end": 0} for p in pairs]
        return self._turn({"text": payload, "intent": {"name": intent, "confidence": 1.0}, "entities": entities}, {})

    def send(self, **meta: Any) -> str:
        """A picture, sticker or location without words."""
        return self._turn({"text": "", "intent": {"name": "inform", "confidence": 1.0}, "entities": []}, meta)

    @property
    def task(self) -> dict[str, Any] | None:
        """The task under way as the slot has it."""
        found: dict[str, Any] | None = (self.slots["task"] or {}).get("task")
        return found

    def _turn(self, parsed: dict[str, Any], meta: dict[str, Any]) -> str:
        self.number += 1
        parsed["metadata"] = {
            "message_id": f"{self.conversation_id}-{self.number}",
            "conversation_id": self.conversation_id,
            "channel": "web",
            "state": self.state,
        } | meta
        return self.replay(parsed)

    def replay(self, parsed: dict[str, Any]) -> str:
        """Run the wish's action as Rasa would, over JSON both ways."""
        tracker = Tracker(self.conversation_id, json.loads(json.dumps(self.slots)), parsed, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        name = RULES[parsed["intent"]["name"]]
        action = next(one for one in all_actions(self.care, lambda: self.now) if one.name() == name)
        for event in action.run(dispatcher, tracker, {}):
            self.slots[event["name"]] = json.loads(json.dumps(event["value"]))
        words = [m for m in dispatcher.messages if m["text"]]
        self.handovers += [m["custom"]["handover"] for m in dispatcher.messages if "handover" in m["custom"]]
        self.erased += sum("erase" in m["custom"] for m in dispatcher.messages)
        self.pictures += [m["custom"]["picture"] for m in dispatcher.messages if "picture" in m["custom"]]
        self.buttons = [b for m in words for b in m["buttons"]]
        self.last = parsed
        self.heard.append("\n".join(m["text"] for m in words))
        return self.heard[-1]
