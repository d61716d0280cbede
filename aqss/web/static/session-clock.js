// The clock of the criterion on the screens: the site's time, so that no screen drifts from another. Its words for
// who listens change by the minute, and are never read out by themselves.
export function keepTime(root) {
  let offset = 0;
  const reset = (now) => {
    offset = now - Date.now() / 1000;
  };
  reset(Number(root.dataset.now));
  setInterval(() => tick(Date.now() / 1000 + offset), 500);
  return { reset };
}

function tick(now) {
  const clock = document.querySelector("[data-clock]");
  if (clock) showClock(clock, now);
  const meeting = document.querySelector("[data-meeting]");
  if (meeting) {
    const left = Number(meeting.dataset.minutes) - Math.floor((now - Number(meeting.dataset.since)) / 60);
    set(meeting, left >= 0 ? `reste ${left} min` : `dépassé de ${-left} min`);
  }
}

function showClock(clock, now) {
  const spent = Math.max(0, Math.floor(Number(clock.dataset.spent) + now - Number(clock.dataset.since)));
  if (!clock.dataset.seconds) return write(clock, spent);
  const given = Number(clock.dataset.seconds);
  const left = given - spent;
  set(document.querySelector("[data-clock-words]"), left >= 0 ? "Ce critère : il reste" : "Ce critère : temps dépassé de");
  clock.classList.toggle("is-over", left < 0);
  write(clock, Math.abs(left));
  document.querySelector("[data-clock-bar]")?.setAttribute("width", Math.min(100, (100 * spent) / given).toFixed(2));
}

function write(clock, seconds) {
  set(clock, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
  const minutes = Math.floor(seconds / 60);
  clock.setAttribute("aria-label", minutes ? `${minutes} minute${minutes > 1 ? "s" : ""}` : "moins d’une minute");
}

function set(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}
