"""One client for both sides of a comparison: plain HTTP, a connection for each request, cookies kept."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Client:
    """A person's browser, as far as the bench needs one."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> str:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str], *, as_json: bool = False) -> str:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if as_json:
            headers |= {"Accept": "application/json", "X-CSRFToken": self.token}
        else:
            fields = {**fields, "csrf_token": self.token}
        return self._ask("POST", path, urlencode(fields), headers)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form, and keep the token that forms carry."""
        self._read_token(self.get("/connexion"))
        self.post("/connexion", {"email": email, "password": password})
        self._read_token(self.get("/"))

    def _read_token(self, page: str) -> None:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        if found is None:
            raise RuntimeError("no form token on the page: is the person signed in?")
        self.token = found[1]

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        if self.cookies:
            headers = {**headers, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        connection.close()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status}\n{text[:400]}")
        return text
