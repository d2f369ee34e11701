"""The page where one chooses mail, and the administrator's page of what went wrong."""

import pytest
from django.urls import reverse

from hub.models import MailMode, MailPreference, MessageGroup, Outbox
from tests.cast import World
from tests.hub_pages import address, deeds, get, leads_to, post, text
from tests.matrix_outbox import choices, kims_mail

pytestmark = pytest.mark.django_db


def test_one_chooses_for_each_group_and_sees_it_again(world: World) -> None:
    chosen = {**choices(world), "stop": "now", "party": "never"}
    assert leads_to(post(world, "kim", "mail_settings", **chosen)) == address("mail_settings")
    stored = dict(MailPreference.objects.filter(user=world.kim.user).values_list("group", "mode"))
    assert stored == chosen
    form = get(world, "kim", "mail_settings").context["form"]
    assert {name: form[name].value() for name in form.fields} == chosen
    assert not MailPreference.objects.exclude(user=world.kim.user).exists()


def test_a_choice_left_out_comes_back_with_a_sentence(world: World) -> None:
    response = post(world, "kim", "mail_settings", stop="now", party="kanske")
    assert response.status_code == 422
    assert "Valet finns inte längre" in text(response)
    assert not MailPreference.objects.exists()


def test_the_page_says_that_messages_are_always_in_the_hub(world: World) -> None:
    page = text(get(world, "kim", "mail_settings"))
    assert "I hubben ser du alltid alla meddelanden" in page
    assert all(str(group.label) in page for group in MessageGroup)
    assert "får inga mejl" not in page
    assert "får inga mejl" in text(get(world, "fia", "mail_settings"))


def test_the_administrator_sees_to_whom_and_when_but_not_about_what(world: World) -> None:
    kims_mail(world)
    page = text(get(world, "ada", "admin_outbox"))
    assert "Kim Samuelsson" in page
    assert "Osäker" in page
    for secret in ("Elias", world.case.number, "plats i ärende", "seat_given", "kim@example.se"):
        assert secret not in page


def test_sent_again_it_leaves_the_list(world: World) -> None:
    ref = kims_mail(world)["ref"]
    assert leads_to(post(world, "ada", "outbox_resend", ref)) == address("admin_outbox")
    assert "Kim Samuelsson" not in text(get(world, "ada", "admin_outbox"))
    assert Outbox.objects.get(ref=ref).state == "waiting"
    assert len(deeds("mail.resent")) == 1
    again = post(world, "ada", "outbox_resend", ref)
    assert leads_to(again) == address("admin_outbox")
    assert len(deeds("mail.resent")) == 1


def test_the_recipient_finds_the_uncertain_mail_where_mail_is_chosen(world: World) -> None:
    ref = kims_mail(world)["ref"]
    where = reverse("hub:outbox_resend", args=[ref])
    assert where in text(get(world, "kim", "mail_settings"))
    assert where not in text(get(world, "lovisa", "mail_settings"))
    assert leads_to(post(world, "kim", "outbox_resend", ref)) == address("mail_settings")


def test_the_administrator_of_another_kommun_sees_nothing_of_it(world: World) -> None:
    kims_mail(world)
    Outbox.objects.update(municipality=world.other_kommun)
    assert "Kim Samuelsson" not in text(get(world, "ada", "admin_outbox"))


def test_modes_have_words(world: World) -> None:
    assert all(str(mode.label) in text(get(world, "kim", "mail_settings")) for mode in MailMode)
