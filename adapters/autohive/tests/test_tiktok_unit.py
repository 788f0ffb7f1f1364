"""Unit tests of the actions, through Autohive's SDK, with the program and a simulated TikTok."""

import asyncio
import base64
import contextlib
import functools
import gc
import importlib.util
import json
import os
import signal
import tempfile
import time
from pathlib import Path

import autohive_tiktok
import pytest
from autohive_integrations_sdk import ExecutionContext
from autohive_integrations_sdk.integration import ResultType

pytestmark = pytest.mark.unit

HERE = Path(__file__).resolve().parent
MANIFEST = json.loads((HERE.parent / "config.json").read_text(encoding="utf-8"))
ACTIONS = MANIFEST["actions"]
SPEC = importlib.util.spec_from_file_location("entry_point", HERE.parent / MANIFEST["entry_point"])
ENTRY_POINT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ENTRY_POINT)
tiktok = ENTRY_POINT.tiktok
CLIP = base64.b64encode((HERE / "clip.mp4").read_bytes()).decode()
FILE = {"name": "clip.mp4", "contentType": "video/mp4", "content": CLIP}
PHOTO = "https://media.example.org/videos/shoe.jpeg"
SELF_ONLY = {"privacy_level": "SELF_ONLY"}

# Inputs with which an action succeeds, and a member of its output with the expected value.
SUCCESSES = [
    ("get_user_info", {}, "username", "sim.public"),
    ("get_creator_info", {}, "creator_username", "sim.public"),
    ("create_video_post", {"file": FILE, "title": "Hello", "wait_seconds": 20, **SELF_ONLY}, "outcome", "published"),
    ("create_video_post", {"files": [FILE], "dry_run": True, **SELF_ONLY}, "dry_run", True),
    ("upload_video_draft", {"video_content_base64": CLIP, "wait_seconds": 20}, "outcome", "in_inbox"),
    ("create_photo_post", {"photo_urls": [PHOTO], "wait_seconds": 20, **SELF_ONLY}, "outcome", "published"),
    ("get_videos", {"max_count": 3}, "has_more", True),
]

# Inputs that the program refuses after the SDK has let them pass, and a part of the message.
REFUSED = [
    ("create_video_post", {"file": CLIP, **SELF_ONLY}, "/file"),
    ("create_video_post", {"files": FILE, **SELF_ONLY}, "/files"),
    ("create_video_post", {"video_content_base64": FILE, **SELF_ONLY}, "/video_content_base64"),
    ("create_video_post", {"file": FILE, "is_aigc": "true", **SELF_ONLY}, "/is_aigc"),
    ("create_video_post", {"privacy_level": "SELF_ONLY", "video_content_base64": CLIP, "title": "é" * 2201}, "/title"),
    ("upload_video_draft", {"video_content_base64": "not base64!"}, "invalid_base64"),
    ("get_post_status", {"publish_id": " "}, "/publish_id"),
    ("get_videos", {"video_ids": ["abc"]}, "/video_ids/0"),
    ("create_photo_post", {"photo_urls": [], **SELF_ONLY}, "/photo_urls"),
]


def available(rows):
    """Returns the rows whose action this bundle has: `--scopes` may have left some out."""
    return [row for row in rows if row[0] in ACTIONS]


def context(account="sim-public"):
    """Returns what the platform hands to an action."""
    credentials = {"access_token": f"act.{account}"}
    return ExecutionContext(auth={"auth_type": "PlatformOauth2", "credentials": credentials})


async def run(action, inputs, account="sim-public"):
    """Runs an action and returns the type and the result of its envelope."""
    envelope = await tiktok.execute_action(action, inputs, context(account))
    return envelope.type, envelope.result


def processes():
    """Returns the process ids of the running programs of this test, but not the simulator's."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if words[1:2] == [b"run"] and parent == str(os.getpid()):
                found.append(int(entry.name))
    return found


async def started():
    """Waits for a running program and returns its process id."""
    for _ in range(200):
        if found := processes():
            return found[0]
        await asyncio.sleep(0.02)
    raise AssertionError("no program runs")


@pytest.mark.asyncio
async def test_every_action_has_a_handler_and_a_test():
    assert set(tiktok._action_handlers) == set(ACTIONS)
    assert set(ACTIONS) <= {row[0] for row in SUCCESSES + [("get_post_status",)]}


@pytest.mark.parametrize(("action", "inputs", "member", "expected"), available(SUCCESSES))
@pytest.mark.asyncio
async def test_an_action_succeeds(simulator, action, inputs, member, expected):
    async with simulator():
        kind, result = await run(action, inputs)
        assert kind == ResultType.ACTION, result
        assert result.data[member] == expected
        assert result.cost_usd is None


@pytest.mark.skipif("upload_video_draft" not in ACTIONS, reason="the bundle has no drafts")
@pytest.mark.asyncio
async def test_a_post_can_be_followed(simulator):
    async with simulator():
        _, draft = await run("upload_video_draft", {"file": FILE})
        _, status = await run("get_post_status", {"publish_id": draft.data["publish_id"], "wait_seconds": 20})
        assert status.data["outcome"] == "in_inbox"


@pytest.mark.parametrize(("action", "inputs", "part"), available(REFUSED))
@pytest.mark.asyncio
async def test_refused_inputs_name_their_place(simulator, action, inputs, part):
    async with simulator() as tiktok_itself:
        kind, result = await run(action, inputs)
        text = result["message"] if kind == ResultType.VALIDATION_ERROR else result.message
        assert kind in (ResultType.VALIDATION_ERROR, ResultType.ACTION_ERROR)
        assert part in text
        assert len(text) < 2000, "the message repeats the content"
        assert tiktok_itself.read("posts") == []


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.asyncio
async def test_an_expired_token_is_an_error_with_code_and_remedy(simulator, action):
    inputs = {row[0]: row[1] for row in SUCCESSES}.get(action, {"publish_id": "v_pub_file~v2-1.1"})
    async with simulator():
        kind, result = await run(action, inputs, "sim-expired")
        assert kind == ResultType.ACTION_ERROR
        assert "code=access_token_invalid" in result.message
        assert "econnect" in result.message
        assert "act." not in result.message


@pytest.mark.skipif("create_video_post" not in ACTIONS, reason="the bundle has no direct posts")
@pytest.mark.asyncio
async def test_an_error_tells_the_outcome_and_the_publish_id(simulator):
    async with simulator():
        inputs = {"file": FILE, "wait_seconds": 20, **SELF_ONLY}
        kind, result = await run("create_video_post", inputs, "sim-bad-media")
        assert kind == ResultType.ACTION_ERROR
        members = ("code=file_format_check_failed", "outcome=failed", "publish_id=v_pub_file~", "retryable=false")
        for member in members:
            assert member in result.message, result.message


@pytest.mark.skipif("get_videos" not in ACTIONS, reason="the bundle has no list of videos")
@pytest.mark.asyncio
async def test_a_limit_tells_when_to_come_again(simulator):
    async with simulator() as tiktok_itself:
        tiktok_itself.write("setup", faults=[{"endpoint": "video_list", "kind": {"retry_after": "600"}}])
        kind, result = await run("get_videos", {})
        assert kind == ResultType.ACTION_ERROR
        assert "code=rate_limit_exceeded" in result.message
        assert "retry_after=" in result.message


@pytest.mark.skipif("get_videos" not in ACTIONS, reason="the bundle has no list of videos")
@pytest.mark.asyncio
async def test_inputs_that_are_not_filled_in_are_absent(simulator):
    async with simulator():
        for nothing in (None, ""):
            kind, result = await run("get_videos", {"max_count": nothing, "cursor": nothing, "video_ids": nothing})
            assert kind == ResultType.ACTION, result
            assert len(result.data["videos"]) == 20


@pytest.mark.skipif("get_videos" not in ACTIONS, reason="the bundle has no list of videos")
@pytest.mark.asyncio
async def test_long_results_come_through(simulator):
    async with simulator() as tiktok_itself:
        token = context("many").auth["credentials"]["access_token"]
        tiktok_itself.write("setup", accounts=[{"token": token, "videos": 1000}])
        kind, result = await run("get_videos", {"max_count": 1000}, "many")
        assert kind == ResultType.ACTION, result
        assert len({video["id"] for video in result.data["videos"]}) == 1000


@pytest.mark.asyncio
async def test_the_connected_account_has_the_fields_of_the_sdk(simulator):
    if not MANIFEST["supports_connected_account"]:
        pytest.skip("the bundle has no connected account")
    async with simulator():
        envelope = await tiktok.get_connected_account(context())
        assert envelope.type == ResultType.CONNECTED_ACCOUNT
        assert envelope.result.username == "sim.public"
        with pytest.raises(autohive_tiktok.ConnectedAccountError, match="code=access_token_invalid"):
            await tiktok.get_connected_account(context("sim-expired"))


@pytest.mark.asyncio
async def test_missing_credentials_are_an_error(simulator):
    async with simulator():
        envelope = await tiktok.execute_action(next(iter(ACTIONS)), {}, ExecutionContext(auth={}))
        if envelope.type == ResultType.ACTION_ERROR:
            assert "code=missing_token" in envelope.result.message
        else:
            assert envelope.type == ResultType.VALIDATION_ERROR


@pytest.mark.skipif("upload_video_draft" not in ACTIONS, reason="the bundle has no drafts")
@pytest.mark.asyncio
async def test_a_cancelled_action_leaves_no_process_and_tells_what_it_did(simulator, caplog):
    async with simulator() as tiktok_itself:
        tiktok_itself.write("setup", faults=[{"endpoint": "upload", "kind": {"slow_ms": 30000}}])
        action = asyncio.create_task(run("upload_video_draft", {"file": FILE}))
        while not any(call["endpoint"] == "upload" for call in tiktok_itself.read("journal")["entries"]):
            await asyncio.sleep(0.05)
        action.cancel()
        with pytest.raises(asyncio.CancelledError):
            await action
        assert processes() == []
        assert "publish_id=v_inbox_file~" in caplog.text
        assert "outcome=" in caplog.text
        assert "act." not in caplog.text


@pytest.mark.skipif("get_videos" not in ACTIONS, reason="the bundle has no list of videos")
@pytest.mark.asyncio
async def test_other_actions_go_on_when_one_is_cancelled(simulator):
    async with simulator() as tiktok_itself:
        tiktok_itself.write("setup", faults=[{"endpoint": "video_list", "times": 2, "kind": {"slow_ms": 1000}}])
        cancelled, other = (asyncio.create_task(run("get_videos", {})) for _ in range(2))
        await started()
        await asyncio.sleep(0.3)
        cancelled.cancel()
        kind, _ = await other
        assert kind == ResultType.ACTION
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        assert len(processes()) == 1


@pytest.mark.asyncio
async def test_a_process_is_kept_and_replaced_when_it_ends(simulator):
    action, inputs = next((row[0], row[1]) for row in available(SUCCESSES))
    async with simulator():
        await run(action, inputs)
        first = processes()
        await run(action, inputs)
        assert processes() == first, "the process was not kept"
        os.kill(first[0], signal.SIGKILL)
        kind, result = await run(action, inputs)
        assert kind == ResultType.ACTION, result
        assert processes() != first


@pytest.mark.skipif("upload_video_draft" not in ACTIONS, reason="the bundle has no drafts")
@pytest.mark.asyncio
async def test_a_post_is_unconfirmed_when_its_process_is_killed(simulator):
    async with simulator() as tiktok_itself:
        tiktok_itself.write("setup", faults=[{"endpoint": "upload", "kind": {"slow_ms": 30000}}])
        action = asyncio.create_task(run("upload_video_draft", {"file": FILE}))
        while not any(call["endpoint"] == "upload" for call in tiktok_itself.read("journal")["entries"]):
            await asyncio.sleep(0.05)
        os.kill(await started(), signal.SIGKILL)
        kind, result = await action
        assert kind == ResultType.ACTION_ERROR
        assert "code=program_ended; outcome=unconfirmed" in result.message
        inits = [call for call in tiktok_itself.read("journal")["entries"] if call["endpoint"] == "inbox_init"]
        assert len(inits) == 1, "the draft was begun again"


@pytest.mark.skipif("upload_video_draft" not in ACTIONS, reason="the bundle has no drafts")
@pytest.mark.asyncio
async def test_a_second_cancellation_still_logs_the_outcome(simulator, caplog):
    async with simulator() as tiktok_itself:
        tiktok_itself.write("setup", faults=[{"endpoint": "upload", "kind": {"slow_ms": 30000}}])
        action = asyncio.create_task(run("upload_video_draft", {"file": FILE}))
        while not any(call["endpoint"] == "upload" for call in tiktok_itself.read("journal")["entries"]):
            await asyncio.sleep(0.05)
        for _ in range(2):
            action.cancel()
            await asyncio.sleep(0.05)
        with pytest.raises(asyncio.CancelledError):
            await action
        for _ in range(100):
            if "publish_id=v_inbox_file~" in caplog.text:
                break
            await asyncio.sleep(0.05)
        assert "outcome=" in caplog.text, caplog.text
        assert processes() == []


@pytest.mark.asyncio
async def test_a_process_that_died_while_the_loop_stood_still_is_replaced(simulator):
    action, inputs = available(SUCCESSES)[-1][:2]
    async with simulator():
        await run(action, inputs)
        await asyncio.sleep(0)
        os.kill(processes()[0], signal.SIGKILL)
        time.sleep(0.1)
        kind, result = await run(action, inputs)
        assert kind == ResultType.ACTION, result


async def refused():
    """Runs an action without a token: the program answers by itself."""
    action, inputs = available(SUCCESSES)[0][:2]
    envelope = await tiktok.execute_action(action, inputs, ExecutionContext(auth={}))
    assert "code=missing_token" in envelope.result.message


def test_processes_end_with_their_loop():
    async def alone():
        await refused()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert others == set(), "a host that waits for all tasks would wait for ever"

    asyncio.run(alone())
    assert processes() == []
    assert autohive_tiktok.Pool._pools == {}


# Python complains of each transport whose loop was closed first.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_processes_of_closed_loops_end_with_the_next_action():
    for _ in range(3):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(refused())
        loop.close()
    assert len(autohive_tiktok.Pool._pools) == 1
    asyncio.run(refused())
    assert autohive_tiktok.Pool._pools == {}
    while processes():
        time.sleep(0.02)
    gc.collect()


def test_a_closed_loop_that_another_thread_has_removed_is_no_error():
    pools = autohive_tiktok.Pool._pools

    class ClosedLoop:
        def is_closed(self):
            # As the action of another thread does between the look and the removal.
            del pools[self]
            return True

    pools[ClosedLoop()] = None
    asyncio.run(refused())
    assert pools == {}


@pytest.mark.asyncio
async def test_inputs_that_are_not_json_are_an_error(simulator):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    async with simulator() as tiktok_itself:
        for metadata in ({"run": float("nan")}, {"run": deep}):
            given = context()
            given.metadata = metadata
            envelope = await tiktok.execute_action("get_post_status", {"publish_id": "x"}, given)
            assert envelope.type == ResultType.ACTION_ERROR
            assert "code=invalid_request" in envelope.result.message
        assert tiktok_itself.read("journal")["entries"] == []


@pytest.mark.asyncio
async def test_a_program_that_lost_its_permission_is_run_nevertheless(monkeypatch, tmp_path):
    program = tmp_path / "autohive-tiktok"
    program.write_bytes(b"#!/bin/sh\n")
    program.chmod(0o644)
    monkeypatch.setattr(autohive_tiktok, "PROGRAM", program)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert autohive_tiktok.executable.__wrapped__() == program
    assert program.stat().st_mode & 0o777 == 0o755
    copies = {autohive_tiktok.executable_copy() for _ in range(3)}
    assert len(copies) == 1
    folder = copies.pop().parent
    assert len(list(folder.iterdir())) == 1
    folder.chmod(0o777)
    with pytest.raises(OSError, match="someone else"):
        autohive_tiktok.executable_copy()


@pytest.mark.asyncio
async def test_a_program_that_cannot_be_started_is_an_error(simulator, monkeypatch):
    monkeypatch.setattr(autohive_tiktok, "executable", functools.cache(lambda: HERE / "missing"))
    action, inputs = next((row[0], row[1]) for row in available(SUCCESSES))
    async with simulator():
        autohive_tiktok.Pool._pools.clear()
        kind, result = await run(action, inputs)
        assert kind == ResultType.ACTION_ERROR
        assert "code=program_not_started" in result.message


def stand_in(monkeypatch, tmp_path, script):
    """Lets a shell script stand in for the program."""
    program = tmp_path / "stand-in"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(autohive_tiktok, "executable", functools.cache(lambda: program))


@pytest.mark.asyncio
async def test_a_result_of_any_length_is_read(monkeypatch, tmp_path):
    script = """read line; printf '{"id":1,"type":"action","result":{"cost_usd":null,"data":{"a":"'
head -c 50000000 /dev/zero | tr '\\0' x; echo '"}}}'; read line"""
    stand_in(monkeypatch, tmp_path, script)
    pool = await autohive_tiktok.Pool.of_running_loop()
    answer = await pool.ask({"action": "x"}, only_reads=True)
    assert len(answer["result"]["data"]["a"]) == 50_000_000


@pytest.mark.asyncio
async def test_a_result_of_another_request_is_not_taken(monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, """read line; echo '{"id":7,"type":"action","result":{}}'; read line""")
    pool = await autohive_tiktok.Pool.of_running_loop()
    assert await pool.ask({"action": "x"}, only_reads=False) is None
    assert pool._idle == []


@pytest.mark.asyncio
async def test_a_process_that_is_killed_during_a_cancellation_may_have_posted(monkeypatch, tmp_path, caplog):
    stand_in(monkeypatch, tmp_path, "trap 'kill -9 $$' TERM; read line; while :; do sleep 0.05; done")
    pool = await autohive_tiktok.Pool.of_running_loop()
    action = asyncio.create_task(pool.ask({"action": "x"}, only_reads=False))
    await asyncio.sleep(0.3)
    action.cancel()
    with pytest.raises(asyncio.CancelledError):
        await action
    assert "outcome=unconfirmed" in caplog.text


@pytest.mark.asyncio
async def test_long_texts_are_written_in_slices():
    text = 'é"\\\U0001f600' * autohive_tiktok.SLICE
    request = {"a": [text, {"b": None, "c": [1, 2.5, True]}, {}, []], "d": "x"}
    pieces = list(autohive_tiktok.pieces(request))
    assert max(map(len, pieces)) < 16 * autohive_tiktok.SLICE
    assert json.loads(b"".join(pieces)) == request
