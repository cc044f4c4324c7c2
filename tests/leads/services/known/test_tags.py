"""Tags: counted, offered, renamed, merged and deleted over everything one may see, on both databases."""

import pytest

from campaigns.models import User
from leads.models import Company, Lead, Tag
from leads.services.known import tags
from tests.factories import CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db


def test_tags_are_counted_over_what_one_may_see(manager: User, stranger: User) -> None:
    LeadFactory(team=manager.team, tags=["vip", "Quoted 'tag'"])
    LeadFactory(team=manager.team, tags=["vip"])
    LeadFactory(team=stranger.team, tags=["secret"])
    CompanyFactory(tags=["vip"])
    found = {row.name: (row.leads, row.companies) for row in tags.used(manager)}
    assert found == {"vip": (2, 1), "Quoted 'tag'": (1, 0)}


def test_a_renamed_tag_keeps_its_place_and_another_one_takes_it_in(manager: User) -> None:
    lead = LeadFactory(team=manager.team, tags=["a", "VIP", "b", "top"])
    company = CompanyFactory(tags=["top"])
    untouched = LeadFactory(team=manager.team, tags=["other"])
    tags.colour("top", "plum")
    assert tags.rename(manager, "top", "vip") == 2
    lead.refresh_from_db()
    assert lead.tags in (["a", "VIP", "b", "vip"], ["a", "VIP", "b"])
    assert tags.rename(manager, "VIP", "vip") == 2
    lead.refresh_from_db()
    company.refresh_from_db()
    assert (lead.tags, company.tags, lead.version) == (["a", "vip", "b"], ["vip"], 3)
    assert Lead.objects.get(pk=untouched.pk).version == 1
    assert Tag.objects.get().name == "vip"


def test_a_manager_changes_no_tag_of_another_team(manager: User, stranger: User) -> None:
    theirs = LeadFactory(team=stranger.team, tags=["vip"])
    assert tags.rename(manager, "vip", "top") == 0
    assert tags.delete(manager, "vip") == 0
    assert Lead.objects.get(pk=theirs.pk).tags == ["vip"]


def test_a_deleted_tag_is_off_everything(manager: User) -> None:
    LeadFactory(team=manager.team, tags=["vip", "b"])
    CompanyFactory(tags=["Vip"])
    tags.colour("vip", "fern")
    assert tags.delete(manager, "vip") == 2
    assert (Lead.objects.get().tags, Company.objects.filter(tags=["Vip"]).count()) == (["b"], 0)
    assert Tag.objects.count() == 0


def test_offers_begin_with_the_letters_and_the_most_used_come_first(manager: User) -> None:
    LeadFactory(team=manager.team, tags=["dental", "multi-dental"])
    LeadFactory(team=manager.team, tags=["demo", "dental"])
    assert [row.name for row in tags.offered(manager, "de")] == ["dental", "demo", "multi-dental"]
    assert [row.name for row in tags.offered(manager, "de", besides=["Dental"])] == ["demo", "multi-dental"]


def test_a_colour_is_kept_and_an_unchosen_one_is_always_the_same() -> None:
    assert tags.tone("vip") == tags.tone("VIP")
    tags.colour("vip", "crimson")
    tags.colour("VIP", "plum")
    assert tags.tones(["Vip"]) == {"vip": "plum"}
    with pytest.raises(tags.TagRefused):
        tags.colour("vip", "red;background:url(x)")


def test_tags_are_cleaned() -> None:
    assert tags.cleaned([" a ", "A", "b,c", "", "x\ny"]) == ["a", "b c", "x y"]
    for wrong in (["x" * 61], [str(n) for n in range(21)]):
        with pytest.raises(tags.TagRefused):
            tags.cleaned(wrong)
