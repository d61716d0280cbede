"""What signing in, choosing a password and one's own account ask for."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField, StringField

from aqss.domain.passwords import MINIMUM
from aqss.web.forms import PageForm

_PASSWORD_HINT = (
    f"Au moins {MINIMUM} caractères. Trois ou quatre mots sans lien entre eux font un bon mot de passe."
)


class SignInForm(PageForm):
    """An address and a password; ``next`` and ``kept`` bring the person back to what they were doing."""

    email = EmailField("Adresse électronique", render_kw={"autocomplete": "username"})
    password = PasswordField("Mot de passe", render_kw={"autocomplete": "current-password"})
    next = HiddenField()
    kept = HiddenField()


class ForgottenPasswordForm(PageForm):
    email = EmailField(
        "Adresse électronique",
        description="Celle qui a reçu votre invitation.",
        render_kw={"autocomplete": "username"},
    )


class NewPasswordForm(PageForm):
    password = PasswordField(
        "Nouveau mot de passe", description=_PASSWORD_HINT, render_kw={"autocomplete": "new-password"}
    )


class AcceptForm(PageForm):
    """Opening an account with an invitation."""

    name = StringField(
        "Prénom et nom",
        description="Tels que vos collègues les verront.",
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        "Mot de passe", description=_PASSWORD_HINT, render_kw={"autocomplete": "new-password"}
    )


class NameForm(PageForm):
    name = StringField(
        "Prénom et nom",
        description="Tels que vos collègues les voient.",
        render_kw={"autocomplete": "name"},
    )


class ChangePasswordForm(PageForm):
    present_password = PasswordField("Mot de passe actuel", render_kw={"autocomplete": "current-password"})
    password = PasswordField(
        "Nouveau mot de passe", description=_PASSWORD_HINT, render_kw={"autocomplete": "new-password"}
    )
