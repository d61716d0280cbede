// Replaces the parts of the page that differ from what the site now shows; open details stay open, and focus stays
// where it was.
const known = new Map();

// What a part says, its form tokens aside: those differ each time.
function signature(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("input[name=csrf_token]").forEach((token) => token.remove());
  return copy.outerHTML;
}

export function signatures(page) {
  page.querySelectorAll("[data-part]").forEach((part) => known.set(part.dataset.part, signature(part)));
}

// `mine`: after a gesture of one's own; `sent`: the form it sent, the only one replaced with what is typed in it.
export function show(page, answers, { mine = false, sent = null } = {}) {
  const held = mark(document.activeElement);
  const open = new Set([...document.querySelectorAll("details[open][id]")].map((one) => one.id));
  const parts = [...document.querySelectorAll("[data-part]")].map((old) => [old, page.querySelector(`[data-part="${old.dataset.part}"]`)]);
  for (const [old, fresh] of parts) {
    if (!fresh) continue;
    const now = signature(fresh);
    const isSent = sent !== null && old.contains(sent);
    const isHeld = !isSent && answers.isHeld(old);
    const isAsBefore = known.get(old.dataset.part) === now && !answers.isAside(old);
    if ((!mine || isHeld) && isAsBefore) continue;
    if (isHeld) {
      answers.reconcile(old, fresh, page, () => replace(old, fresh, now, open));
      continue;
    }
    replace(old, fresh, now, open);
  }
  if (!mine) giveBack(held);
}

function replace(old, fresh, now, open) {
  known.set(old.dataset.part, now);
  const taken = document.importNode(fresh, true);
  taken.querySelectorAll("details[id]").forEach((one) => {
    if (open.has(one.id)) one.open = true;
  });
  old.replaceWith(taken);
}

// What to find focus again by, once its element is replaced.
function mark(element) {
  if (!element || element === document.body) return null;
  if (element.id) return { element, selector: `#${CSS.escape(element.id)}` };
  if (element.name) {
    const value = element.type === "radio" ? `[value="${CSS.escape(element.value)}"]` : "";
    return { element, selector: `[name="${CSS.escape(element.name)}"]${value}` };
  }
  const details = element.closest("details[id]");
  return { element, selector: element.matches("summary") && details ? `#${CSS.escape(details.id)} > summary` : "" };
}

function giveBack(held) {
  if (!held || held.element.isConnected || !held.selector) return;
  document.querySelector(held.selector)?.focus({ preventScroll: true });
}
