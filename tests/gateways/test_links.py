from aqss.gateways.links import Links

LINKS = Links("https://aqss.exemple.fr")


def test_a_final_slash_in_the_setting_changes_no_address():
    assert Links("https://aqss.exemple.fr/").results(7) == LINKS.results(7)


def test_a_site_under_a_folder_keeps_it():
    assert (
        Links("https://exemple.fr/aqss").results(7) == "https://exemple.fr/aqss/auto-evaluations/7/resultats"
    )


def test_each_address_follows_the_pages_of_the_site():
    assert LINKS.invitation("jeton") == "https://aqss.exemple.fr/invitation/jeton"
    assert LINKS.password_reset("jeton") == "https://aqss.exemple.fr/mot-de-passe/jeton"
    assert LINKS.assessment(7) == "https://aqss.exemple.fr/auto-evaluations/7"


def test_what_an_address_holds_cannot_change_its_path():
    assert LINKS.invitation("../a?b#c/d") == "https://aqss.exemple.fr/invitation/..%2Fa%3Fb%23c%2Fd"
