// What has to be read first, an error summary, takes focus as the page opens.
export function takeFocus(element) {
  element.focus();
}
