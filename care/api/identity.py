"""/api/v1/codes and /api/v1/verified"""

from __future__ import annotations

from flask import Response

from care.api.calls import blueprint, shown, sms, wired
from care.identity import codes
from care.identity.shapes import CodeAsked, CodeResult, CodeSent, CodeTried, VerifiedAsked, VerifiedGiven

bp = blueprint("identity")
WHO = {"customer_code": "PB04010012345", "conversation_id": "42"}


@bp.post("/codes")
@bp.input(CodeAsked, example=WHO)
@bp.output(CodeSent, status_code=201)
@bp.doc(summary="Send a one-time code to the contract's phone", responses=[404, 429, 502])
def send_code(json_data: CodeAsked) -> Response:
    """Voids the code before it. 404 for an unknown contract and for one without a phone alike; 429 after five a day."""
    response = shown(codes.send(wired(), sms(), json_data))
    response.status_code = 201
    return response


@bp.post("/codes/verify")
@bp.input(CodeTried, example=WHO | {"code": "123456"})
@bp.output(CodeResult)
@bp.doc(summary="Try a one-time code")
def verify_code(json_data: CodeTried) -> Response:
    """Verified opens the contract's data to the conversation for 15 minutes."""
    return shown(codes.verify(wired(), json_data))


@bp.get("/verified")
@bp.input(VerifiedAsked, location="query")
@bp.output(VerifiedGiven)
@bp.doc(summary="Whether a conversation may see a contract's data")
def show_verified(query_data: VerifiedAsked) -> Response:
    """For every door that shows private data."""
    return shown(codes.verified(wired(), query_data.conversation_id, query_data.customer_code))


@bp.delete("/verified/<conversation_id>")
@bp.output({}, status_code=204)
@bp.doc(summary="End what a conversation was verified for")
def end_verified(conversation_id: str) -> Response:
    """Also when it was not."""
    codes.end(wired(), conversation_id)
    return Response(status=204)
