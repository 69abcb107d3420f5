"""A venue's profile over a notebook that is there: what is refused is said, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from angrilien.domain.clock import SystemClock
from angrilien.errors import CodeRefused
from angrilien.server.profiles import make_profile
from angrilien.services import registration, venue_profile
from angrilien.store import facts
from angrilien.vault.profile import ProfileOlder, ProfileOtherVenue
from angrilien.wire.profile import Profile
from helpers.notebooks import add_people, make_workshop
from helpers.proxy import Proxy
from helpers.sending import Desk, Hub, assert_sent_once
from helpers.servers import ANGRIE, LiveServer

BEAULON = "CAF-03019"


@pytest.fixture
def profile(hub: Hub, proxy: Proxy) -> Callable[..., Profile]:
    """Make a venue's profile, by whose address the server is reached."""

    def make(venue: str = ANGRIE, *, later: int = 0) -> Profile:
        now = SystemClock().now() + later
        made = make_profile(hub.database, hub.keyring, venue, days=30, now=now)
        return replace(made.profile, server=proxy.url)

    return make


def take(desk: Desk, profile: Profile) -> venue_profile.Taken:
    taken = desk.do(venue_profile.take, profile)
    desk.sender.use_address(taken.address)
    return taken


def test_a_notebook_without_a_venue_takes_the_profile_and_registers(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile], hub: Hub
) -> None:
    desk = new_desk(code="")
    desk.do(add_people, desk.do(make_workshop), 2)
    made = profile()
    taken = take(desk, made)
    assert (taken.is_new, taken.venue, taken.has_code) == (True, made.venue_name, True)
    assert desk.do(lambda nb: nb.home().name) == made.venue_name
    assert take(desk, made).is_new is False, "once"
    assert desk.round() is None
    assert desk.state.has_venue
    assert_sent_once(desk, hub)


def test_the_address_outlives_the_file(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile], live: LiveServer
) -> None:
    """Registered by its profile, a notebook finds its server when the file is gone."""
    desk = new_desk(code="")
    desk.sender.use_address("http://127.0.0.1:9")
    made = profile()
    take(desk, made)
    assert desk.round() is None
    opened = type(desk.notebook)(
        desk.notebook.store,
        desk.notebook.folder,
        desk.notebook.facilitator_id,
        replace(live.programme, server=""),
        clock=SystemClock(),
    )
    assert opened.programme.server == made.server


def test_a_code_that_was_typed_goes_before_a_profile(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile], hub: Hub
) -> None:
    desk = new_desk(code=hub.code(BEAULON))
    taken = take(desk, profile())
    assert (taken.is_new, taken.has_code) == (False, True)
    assert desk.round() is None
    assert hub.query(
        "SELECT v.code FROM device_venue d JOIN venue v ON v.id = d.venue_id WHERE d.device_id = ?",
        desk.notebook.store.identity.dev,
    ) == [(BEAULON,)]


def test_a_second_venue_s_profile_never_moves_a_registered_laptop(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile], hub: Hub
) -> None:
    desk = new_desk(code="")
    take(desk, profile())
    desk.do(add_people, desk.do(make_workshop), 3)
    assert desk.round() is None
    other = profile(BEAULON, later=5)
    before = desk.dump(without=("value",))
    with pytest.raises(ProfileOtherVenue) as said:
        take(desk, other)
    assert desk.do(lambda nb: nb.home().name) in said.value.text()
    assert take(desk, other).is_new is False, "it is said once"
    after = desk.dump(without=("value",))
    assert {name: rows for name, rows in after.items() if name != "setting"} == {
        name: rows for name, rows in before.items() if name != "setting"
    }
    desk.do(add_people, desk.do(make_workshop), 1)
    assert desk.round() is None
    assert_sent_once(desk, hub)


def test_two_profiles_of_one_moment_are_two(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile]
) -> None:
    """Whatever made them at once: the second one is neither dropped in silence nor taken for it."""
    first = profile()
    second = replace(profile(BEAULON), made=first.made)
    new, registered, declined = (new_desk(code="") for _ in range(3))
    take(new, first)
    assert take(new, second).venue == second.venue_name
    assert take(new, second).is_new is False, "once"
    take(registered, first)
    assert registered.round() is None
    with pytest.raises(ProfileOtherVenue):
        take(registered, second)
    assert take(registered, second).is_new is False, "it is said once"
    declined.do(venue_profile.decline, first)
    assert take(declined, first).is_new is False
    assert take(declined, second).venue == second.venue_name


def test_a_code_typed_since_a_profile_goes_before_a_newer_one(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile], hub: Hub
) -> None:
    desk = new_desk(code="")
    take(desk, profile())
    desk.do(registration.set_code, hub.code(BEAULON))
    newer = profile(later=5)
    assert take(desk, newer).is_new is False
    assert desk.round() is None
    assert hub.query(
        "SELECT v.code FROM device_venue d JOIN venue v ON v.id = d.venue_id WHERE d.device_id = ?",
        desk.notebook.store.identity.dev,
    ) == [(BEAULON,)]


def test_what_an_earlier_version_kept_is_known_again(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile]
) -> None:
    desk = new_desk(code="")
    made = profile()
    take(desk, made)
    kept = f'{{"made": {made.made}, "server": "{made.server}", "venue": "{made.venue_id}"}}'
    with desk.notebook.store.write() as connection:
        facts.put(connection, "profile", kept)
    assert take(desk, made).is_new is False
    assert take(desk, profile(later=5)).is_new


def test_two_profiles_one_after_the_other_before_any_contact(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile], hub: Hub
) -> None:
    desk = new_desk(code="")
    first, second = profile(BEAULON), profile(later=5)
    assert take(desk, first).is_new
    assert take(desk, second).venue == second.venue_name
    with pytest.raises(ProfileOlder):
        take(desk, first)
    assert desk.round() is None
    assert hub.query(
        "SELECT v.code FROM device_venue d JOIN venue v ON v.id = d.venue_id WHERE d.device_id = ?",
        desk.notebook.store.identity.dev,
    ) == [(ANGRIE,)]


def test_a_profile_whose_code_was_used_asks_for_another(
    new_desk: Callable[..., Desk], profile: Callable[..., Profile], hub: Hub
) -> None:
    """The second laptop of one installer: a sentence, the acts kept, a typed code works."""
    made = profile()
    first, second = new_desk(code=""), new_desk(code="")
    take(first, made)
    assert first.round() is None
    second.do(add_people, second.do(make_workshop), 2)
    take(second, made)
    assert isinstance(second.round(), CodeRefused)
    assert second.state.has_code is False
    assert take(second, made).is_new is False, "the same code is not tried again"
    second.do(registration.set_code, hub.code())
    assert second.round() is None
    assert_sent_once(second, hub)
