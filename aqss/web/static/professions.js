// Choosing people by profession: ticking one ticks everybody who has it, and taking somebody off unticks it, so that
// what is sent is what is seen.
const people = [...document.querySelectorAll("[data-people] input[data-professions]")];
const professions = [...document.querySelectorAll("[data-professions-of] input")];
const of = (profession) => people.filter((person) => person.dataset.professions.split(" ").includes(profession.value));

function follow() {
  for (const profession of professions) {
    const theirs = of(profession);
    profession.checked = theirs.length > 0 && theirs.every((person) => person.checked);
  }
}

for (const profession of professions) {
  profession.addEventListener("change", () => {
    for (const person of of(profession)) person.checked = profession.checked;
    follow();
  });
}
const group = document.querySelector("[data-people]");
group?.addEventListener("change", follow);
group?.addEventListener("click", () => queueMicrotask(follow)); // « Tout choisir » changes boxes without saying so
if (people.length) follow();
