// Behaviours of every page; each finds its place by a data attribute and none is needed to use the site.
import { closeOnLeaving } from "./menu.js";
import { takeFocus } from "./focus.js";
import { offerToShow } from "./show-password.js";

document.querySelectorAll("[data-menu]").forEach(closeOnLeaving);
document.querySelectorAll("[data-focus]").forEach(takeFocus);
document.querySelectorAll("input[type=password]").forEach(offerToShow);
