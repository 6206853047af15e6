/**
 * <keep-typed> around several forms of one page: what was typed in the others goes with the form that is sent, so that the
 * server can hand it back; leaving the page by a link asks first. Nothing is kept in the browser.
 */
class KeepTyped extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.take(event.target));
    this.ask = (event) => { if (!this.isSending && this.forms().some(isTyped)) event.preventDefault(); };
    this.back = () => { this.isSending = false; };
    addEventListener("beforeunload", this.ask);
    addEventListener("pageshow", this.back);
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.ask);
    removeEventListener("pageshow", this.back);
  }

  forms() {
    return [...this.querySelectorAll("form")];
  }

  take(sent) {
    for (const old of sent.querySelectorAll("input[data-taken]")) old.remove();
    for (const form of this.forms()) {
      if (form === sent || !isTyped(form)) continue;
      for (const field of fields(form)) {
        if (field.type === "checkbox" && !field.checked) continue;
        const taken = document.createElement("input");
        taken.type = "hidden";
        taken.name = field.name;
        taken.value = field.value;
        taken.dataset.taken = "";
        sent.append(taken);
      }
    }
    this.isSending = true;
  }
}

const fields = (form) => [...form.elements].filter((each) => each.name && each.type !== "hidden");

/** Whether a form holds what is not kept: words, another choice than the page came with, or what was handed back. */
const isTyped = (form) => "unkept" in form.dataset || fields(form).some((each) => {
  if (each.type === "checkbox") return each.checked !== each.defaultChecked;
  if (each.options) return !each.options[each.selectedIndex]?.defaultSelected;
  return each.type === "date" ? each.value !== each.defaultValue : each.value.trim() !== "";
});

customElements.define("keep-typed", KeepTyped);
