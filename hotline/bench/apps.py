"""The two applications that are compared."""

import base64
import hmac
import os

from flask import Flask, Response, request
from redis import Redis

from hotline import process
from hotline.bench.inprocess import application
from hotline.process import die_with_parent

CONSTANT = '<?xml version="1.0" encoding="UTF-8"?><Response><Message>ok</Message></Response>'
CLAIM = """
if not redis.call('SET', KEYS[1], '', 'NX', 'EX', 172800) then return redis.call('GET', KEYS[1]) end
return redis.call('GET', KEYS[2])
"""


def product() -> Flask:
    """The callers' side as it is shipped, on whatever Redis the bench gives it."""
    die_with_parent()
    return application(process.environment())


def ref() -> Flask:
    """REF: Flask route, `request.form`, HMAC by hand, one EVALSHA by redis-py with hiredis."""
    die_with_parent()
    env = os.environ
    url, token = env["HOTLINE_PUBLIC_URL"], env["TWILIO_AUTH_TOKEN"].encode()
    redis = Redis.from_url(env["HOTLINE_DURABLE_REDIS_URL"])
    claim = redis.register_script(CLAIM)
    app = Flask("ref", static_folder=None)

    @app.post("/twilio/message")
    def message() -> Response:
        form = request.form
        text = url + "/twilio/message" + "".join(key + form[key] for key in sorted(form))
        expected = base64.b64encode(hmac.digest(token, text.encode(), "sha1")).decode()
        if not hmac.compare_digest(expected, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        claim(keys=[f"r:e:{form['MessageSid']}", f"r:s:{form['From']}"])
        return Response(CONSTANT, content_type="text/xml")

    @app.get("/readyz")
    def readyz() -> Response:
        return Response(status=200)

    return app
