"""The OpenAPI document: every body and every answer has an example, and each example is what its schema says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from jsonschema_rs import Draft202012Validator

from care.api import add_api
from care.wired import Care
from tests.care.conftest import KEY

Json = dict[str, Any]
# A sheet and a file of any kind have no words to show.
BINARY = ("application/octet-stream", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@pytest.fixture
def document(care: Care) -> Json:
    app = APIFlask("care", docs_path="/docs", spec_path="/openapi.json")
    add_api(app, care, KEY)
    found: Json = app.test_client().get("/openapi.json").json
    return found


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def contents(operation: Json) -> Iterator[tuple[str, str, Json]]:
    """(where, media type, content) of the body and of each answer."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", kind, content
    for status, response in operation["responses"].items():
        for kind, content in response.get("content", {}).items():
            yield status, kind, content


def test_each_body_and_each_answer_has_an_example_that_fits(document: Json):
    missing, wrong = [], []
    for name, operation in operations(document):
        for where, kind, content in contents(operation):
            if "example" not in content:
                missing += [] if kind in BINARY else [(name, where, kind)]
            elif kind.endswith("json"):
                schema = {**content["schema"], "components": document["components"]}
                found = next(Draft202012Validator(schema).iter_errors(content["example"]), None)
                wrong += [(name, where, found.message[:200])] if found else []
    assert missing == wrong == []


def test_each_call_says_what_it_is_for_and_what_can_go_wrong(document: Json):
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert {"401", "422", "503"} <= operation["responses"].keys(), name
        for response in operation["responses"].values():
            assert response["description"], name


def test_examples_of_calls_that_are_no_more_are_told(document: Json):
    from care.api.examples import FILE
    from care.words import words_in

    assert set(words_in(FILE)["answers"]) <= {name for name, _ in operations(document)}
