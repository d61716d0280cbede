// Opens the PDF as soon as it is made: the address answers 202 until then.
const EACH = 700; // milliseconds

async function look() {
  try {
    const response = await fetch(location.href, { method: "HEAD" });
    if (response.status !== 202) {
      location.replace(location.href);
      return;
    }
  } catch {
    // the network may come back
  }
  setTimeout(look, EACH);
}

setTimeout(look, EACH);
