// Keys 1 to 9 choose an answer and move on to the next criterion; off until asked for, for keys alone get in the way
// of other tools.
export function offerDigits(criteria, criterionOf, save) {
  const button = document.querySelector("[data-digits]");
  let isOn = false;

  button.addEventListener("click", () => {
    isOn = !isOn;
    button.textContent = isOn ? "Désactiver les touches 1 à 9" : "Activer les touches 1 à 9";
  });

  document.addEventListener("keydown", (event) => {
    if (!isOn || !/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches?.("textarea, select, input:not([type=radio])")) return;
    const criterion = criterionOf(document.activeElement ?? document.body) ?? criteria.find((one) => !one.chosen);
    const choice = criterion?.fieldset.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    save(criterion);
    criterion.focusWhatToType(choice);
    if (document.activeElement !== choice) return; // a reason or a number to type first
    const next = criteria[criteria.indexOf(criterion) + 1]?.fieldset;
    next?.querySelector("input[type=radio]:checked, input[type=radio]")?.focus();
    next?.scrollIntoView({ block: "nearest" });
  });
}
