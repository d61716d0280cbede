// A file over the limit is told at once, before it travels: the server would say the same.
const MEGA = 1024 * 1024;

const rounded = (size) => (size < 11 * MEGA ? Math.ceil((size * 10) / MEGA) / 10 : Math.round(size / MEGA));

const written = (size) => `${String(rounded(size)).replace(".", ",")}\u00a0Mo`;

document.querySelectorAll("form[data-largest]").forEach((form) => {
  const largest = Number(form.dataset.largest);
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    const file = input.files[0];
    const isTooBig = file && file.size > largest;
    input.setCustomValidity(
      isTooBig ? `«\u00a0${file.name}\u00a0» pèse ${written(file.size)}, la limite est de ${written(largest)}.` : "",
    );
    input.reportValidity();
  });
  form.addEventListener("submit", (event) => {
    if (!input.reportValidity()) event.preventDefault();
  });
});
