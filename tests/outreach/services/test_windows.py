from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from outreach.services import windows
from outreach.services.windows import Window

OFFICE = Window(8, 17)
ZONES = ["", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia",
         "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo", "nowhere/at all"]  # fmt: skip


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_inside_the_window_the_moment_stays():
    assert windows.next_moment(at("2026-11-23T09:30"), "UTC", OFFICE) == at("2026-11-23T09:30")


def test_the_hours_are_those_of_the_person():
    moment = windows.next_moment(at("2026-11-23T09:30"), "America/New_York", OFFICE)
    assert moment.astimezone(ZoneInfo("America/New_York")).hour in (8, 9)


def test_a_weekend_is_waited_out():
    moment = windows.next_moment(at("2026-11-20T18:00"), "UTC", OFFICE)
    assert moment.date() == at("2026-11-23T00:00").date()
    assert windows.next_moment(at("2026-11-21T10:00"), "UTC", Window(8, 17, False)) == at("2026-11-21T10:00")


def test_people_are_spread_over_the_opening_each_always_the_same():
    moments = {windows.next_moment(at("2026-11-23T05:00"), "UTC", OFFICE, str(n)) for n in range(200)}
    assert len(moments) == 200
    assert min(moments) >= at("2026-11-23T08:00")
    assert max(moments) <= at("2026-11-23T09:30")
    again = windows.next_moment(at("2026-11-23T05:00"), "UTC", OFFICE, "7")
    assert again == windows.next_moment(at("2026-11-23T05:00"), "UTC", OFFICE, "7")


def test_the_hour_that_summer_time_skips_comes_after_it():
    moment = windows.next_moment(at("2027-03-27T20:00"), "Europe/Berlin", Window(2, 3, False))
    assert moment.astimezone(ZoneInfo("Europe/Berlin")).hour == 3


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.integers(1, 24),
    st.booleans(),
)
def test_never_before_the_wall_time_never_in_the_past_never_far_away(moment, zone, start, length, business):
    window = Window(start, min(24, start + length), business)
    moment = moment.replace(tzinfo=UTC)
    found = windows.next_moment(moment, zone, window, "7")
    local = found.astimezone(windows.zone_of(zone))
    assert found >= moment
    assert local.hour >= start or local.utcoffset() != (local - timedelta(hours=3)).utcoffset()
    assert not business or local.weekday() < 5 or found == moment
    assert found - moment < timedelta(days=4)
    assert windows.closing(found, zone, window) > moment
