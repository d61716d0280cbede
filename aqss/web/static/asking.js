// Asks the server and tells what came back: {status, told}, or {why} when it has to be asked again later.
const PERSON_CHANGED = "Quelqu’un d’autre s’est connecté dans ce navigateur. Rechargez la page pour continuer.";
const SESSION_OVER = "votre session est terminée";
const KEPT_ALIVE = 60_000; // bytes a browser lets a request finish with after its page is gone
const PATIENCE = 20_000; // milliseconds

// Whether the site answers, and not a server before it, whatever the status says; see headers.py.
export const isOurs = (response) => response.headers.get("X-Answered-By") === "aqss";

export async function ask(url, options) {
  try {
    const response = await fetch(url, { ...options, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    if (!isOurs(response)) return { why: "le serveur ne répond pas" };
    if (response.status >= 500 || response.status === 429) return { why: "le serveur est occupé" };
    return { status: response.status, told: await response.json() };
  } catch {
    return { why: "le serveur ne répond pas", isUnreachable: true };
  }
}

export class Line {
  // person: the one this page was made for; token: the address that gives the form token of the present session.
  constructor({ person, token }) {
    this.person = person;
    this.token = token;
  }

  async post(url, body, isSecondTry = false) {
    const reply = await ask(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": document.querySelector("[name=csrf_token]").value },
      keepalive: body.toString().length < KEPT_ALIVE,
    });
    if (reply.status === 400 && !isSecondTry) return (await this.renewToken()) ?? this.post(url, body, true);
    return reply.status === 401 ? signedOut() : reply;
  }

  // Signing in again, in another tab, makes the token of this page void. Null once it has the new one; {ended} when
  // nothing more can be sent from this page.
  async renewToken() {
    const reply = await ask(this.token, { headers: { Accept: "application/json" } });
    if (reply.status === 401) return signedOut();
    if (reply.status !== 200) return { why: "le serveur est occupé", ...reply };
    if (String(reply.told.person) !== this.person) return { ended: PERSON_CHANGED };
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = reply.told.token;
    return null;
  }
}

const signedOut = () => ({ why: SESSION_OVER, isSignedOut: true });
