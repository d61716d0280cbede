// Downloads the PDF as soon as it is made: the address answers 202 until then.
const EACH = 700; // milliseconds
const link = document.querySelector("[data-made]");
const state = document.querySelector("[data-waiting]");

async function look() {
  try {
    const response = await fetch(link.href, { method: "HEAD" });
    if (response.headers.get("Content-Type") === "application/pdf") {
      state.textContent = "Le PDF est prêt.";
      link.textContent = "Télécharger le PDF";
      location.assign(link.href); // a download: the page stays
      return;
    }
    if (response.status !== 202) {
      location.replace(link.href);
      return;
    }
  } catch {
    // the network may come back
  }
  setTimeout(look, EACH);
}

setTimeout(look, EACH);
